"""Run a function over many items in processes that may crash or hang without harm to the rest."""

import multiprocessing
import os
import pickle
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import connection
from threading import Thread
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from data_prep.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")
# Keeps the pipes full without holding a future for each of a million clips.
_QUEUED_PER_WORKER = 8
# How often to look whether the pool still lives, and how long its processes may take to start.
_LOOK_SECONDS = 1.0
_START_SECONDS = 120.0
_PATIENCE = 3


@dataclass(frozen=True)
class Failure:
    """An item that gave no result.

    Attributes:
        kind: "crash" (the process died), "timeout" (it was killed) or "error" (it raised).
        reason: one line.
        error: what was raised, for kind "error".
    """

    kind: str
    reason: str
    error: BaseException | None = None


@dataclass(frozen=True)
class Done(Generic[Item, Result]):
    """An item and what became of it."""

    item: Item
    result: Result | Failure


class CannotLoad(Exception):
    """A worker process could not import the function it is to run, or what the item is made of."""


class _Broken(Exception):
    """The pool lost its workers through no fault of an item; `left` are the items not done."""

    def __init__(self, left: list[Any], why: str) -> None:
        super().__init__(why)
        self.left = left


def run_pool(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int | None,
    timeout: float,
    ahead: int = _QUEUED_PER_WORKER,
) -> Generator[Done[Item, Result], None, None]:
    """Yield what became of each item, in the order in which they finish; see `run_isolated`.

    A pool whose processes ended while they worked on nothing is replaced, and the next one takes
    its items; when several in a row give no result there is no hope. `ahead` is the number of
    items that are drawn for each worker.

    Raises:
        UserError: the worker processes cannot start, or cannot load `function`.
    """
    rest = iter(items)
    first = list(islice(rest, workers or os.cpu_count() or 1))
    rest, fruitless = chain(first, rest), 0
    while first:
        try:
            for done in _one_pool(function, rest, len(first), timeout, ahead):
                fruitless = 0
                yield done
            return
        except _Broken as broken:
            fruitless += 1
            if fruitless == _PATIENCE:
                raise UserError(
                    "the worker processes end, or hang, before they can do anything",
                    seen=f"{broken}; what they said stands above",
                    fix="give them more memory (see `ulimit -v`), or mend the installation",
                ) from broken
            rest = chain(broken.left, rest)


def _one_pool(
    function: Callable[[Item], Result],
    items: Iterator[Item],
    number: int,
    timeout: float,
    ahead: int,
) -> Generator[Done[Item, Result], None, None]:
    running: dict[Future[Result], Item] = {}
    # Forking would copy the state of media libraries that hold locks.
    pool: Any = ProcessPool(
        max_workers=number,
        context=multiprocessing.get_context("spawn"),
        initializer=prepare,
        initargs=[pickle.dumps(function)],
    )
    quiet_since = time.monotonic()
    try:
        while True:
            for item in islice(items, number * ahead - len(running)):
                try:
                    task = [pickle.dumps((function, item))]
                    running[pool.schedule(call, args=task, timeout=timeout)] = item
                except (RuntimeError, OSError) as error:
                    raise _Broken([*running.values(), item], str(error)) from error
            if not running:
                break
            done, _ = wait(running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                if not isinstance(future.exception(), BrokenProcessPool):
                    result: Result | Failure = _outcome(future, timeout)
                    yield Done(running.pop(future), result)
            now = time.monotonic()
            if done or any(future.running() for future in running):
                quiet_since = now
            if not pool.active:
                raise _Broken(list(running.values()), "all of them ended")
            if now - quiet_since > _START_SECONDS:
                raise _Broken(list(running.values()), f"idle for {_START_SECONDS:g} s")
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()


def prepare(packed: bytes) -> None:
    """Import what a pickled function needs before any item's time runs, inside a worker process."""
    owner = multiprocessing.parent_process()
    if owner is not None:
        Thread(target=_end_with, args=[owner.sentinel], daemon=True).start()
    # What is wrong is told by `call`, whose errors reach the owner.
    with suppress(Exception):
        pickle.loads(packed)


def _end_with(owner: int) -> None:
    # Else a worker whose owner was killed would go on writing, beside those of the next run.
    connection.wait([owner])
    os._exit(1)


def call(packed: bytes) -> Any:
    """Run a pickled function on its pickled item, inside a worker process.

    Unpickled here and not by the pool, which loses an item that it cannot load.

    Raises:
        CannotLoad: the function cannot be imported.
    """
    try:
        function, item = pickle.loads(packed)
    except Exception as error:
        raise CannotLoad(f"{type(error).__name__}: {error}") from error
    return function(item)


def _outcome(future: Future[Result], timeout: float) -> Result | Failure:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, CannotLoad):
        raise UserError(
            "a worker process cannot load the code of this step",
            seen=error,
            fix="install videoreason with `pip install -e .`, then start again",
        )
    if isinstance(error, ProcessExpired):
        return Failure("crash", f"the process that read it died (exit code {error.exitcode})")
    if isinstance(error, TimeoutError):
        return Failure("timeout", f"not finished after {timeout:g} s")
    text = str(error).splitlines()
    return Failure("error", f"{type(error).__name__}: {text[0] if text else ''}", error)

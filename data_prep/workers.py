"""Run a function over many items in processes that may crash or hang without harm to the rest."""

import multiprocessing
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")
# Keeps the pipes full without holding a future for each of a million clips.
_QUEUED_PER_WORKER = 8


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


def run_isolated(
    function: Callable[[Item], Result], items: Iterable[Item], *, workers: int, timeout: float
) -> Generator[Done[Item, Result], None, None]:
    """Yield what became of each item, in the order in which they finish.

    A dead or hung process costs only the item it worked on. Leaving the loop early stops the
    workers.

    Args:
        function: importable by name from a fresh process.
        items: what to work on; drawn as workers become free.
        workers: number of processes.
        timeout: seconds an item may take.
    """
    rest = iter(items)
    running: dict[Future[Result], Item] = {}
    # Forking would copy the state of media libraries that hold locks.
    pool: Any = ProcessPool(max_workers=workers, context=multiprocessing.get_context("spawn"))
    try:
        while True:
            for item in islice(rest, workers * _QUEUED_PER_WORKER - len(running)):
                running[pool.schedule(function, args=[item], timeout=timeout)] = item
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                result: Result | Failure = _outcome(future, timeout)
                yield Done(running.pop(future), result)
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()


def _outcome(future: Future[Result], timeout: float) -> Result | Failure:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, ProcessExpired):
        return Failure("crash", f"the process that read it died (exit code {error.exitcode})")
    if isinstance(error, TimeoutError):
        return Failure("timeout", f"not finished after {timeout:g} s")
    text = str(error).splitlines()
    return Failure("error", f"{type(error).__name__}: {text[0] if text else ''}", error)

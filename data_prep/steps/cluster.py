"""The same work on Ray: on one machine or many, each item inside a supervised process."""

import importlib.util
import os
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

from data_prep.errors import UserError
from data_prep.steps.engine import Engine
from data_prep.workers import Done, Failure, Item, Result, run_pool

_ATTEMPTS = 2
_KNOCK_SECONDS = 10.0
_STARTS = 3
# How often the cluster is asked whether it has grown: between any two clips would cost as much as
# a short clip.
_SIZE_SECONDS = 5.0
# How much work a task of several items is.
_TASK_SECONDS = 0.5
_MOST_ITEMS = 64
# No report over the network, and no killing of workers that our own limits look after.
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_memory_monitor_refresh_ms": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


def run_on_ray(
    function: Callable[[Item], Result], items: Iterable[Item], engine: Engine
) -> Generator[Done[Item, Result], None, None]:
    """Yield what became of each item, in the order in which they finish; see `run_isolated`.

    Every Ray worker keeps one supervised process of its own for the function, since Ray by itself
    retries a segmentation fault for ever and has no time limit. An item whose Ray worker or node
    is lost is tried once more, elsewhere. All nodes must see the files under the same names and
    have videoreason installed.

    Raises:
        UserError: Ray is not installed or not to be reached, or its nodes cannot run the step.
    """
    with _connected(engine) as ray:
        # Ray's own retries have no limit where a node runs out of memory.
        task = ray.remote(num_cpus=1, max_retries=0)(_work)
        rest, pace = iter(items), _Pace()
        running: dict[Any, tuple[list[Item], int]] = {}

        def start(batch: list[Item], attempt: int) -> None:
            running[task.remote(function, batch, engine.timeout)] = batch, attempt

        most, asked = _most(ray, engine), time.monotonic()
        try:
            while True:
                if time.monotonic() - asked > _SIZE_SECONDS:
                    most, asked = _most(ray, engine), time.monotonic()
                while len(running) < most and (batch := list(islice(rest, pace.batch()))):
                    start(batch, 1)
                if not running:
                    break
                (ready, *_), _ = ray.wait(list(running), num_returns=1)
                batch, attempt = running.pop(ready)
                outcome = _outcome(ray, ready)
                if not isinstance(outcome, _Lost):
                    results, seconds = outcome
                    pace.took(len(batch), seconds)
                    yield from map(Done, batch, results)
                elif attempt < _ATTEMPTS:
                    # One by one: what ended the worker then ends no other item's.
                    for item in batch:
                        start([item], attempt + 1)
                else:
                    why = f"its Ray worker was lost, twice: {outcome}"
                    yield from (Done(item, Failure("crash", why)) for item in batch)
        finally:
            for reference in running:
                ray.cancel(reference, force=True)


class _Pace:
    """How many items a task takes: one of long items, several of short ones.

    Ray needs as long for a task as a short clip, and a worker waits meanwhile. A lost worker costs
    `_TASK_SECONDS` of work at most, or one item.
    """

    def __init__(self) -> None:
        self._items, self._seconds = 0, 0.0

    def took(self, items: int, seconds: float) -> None:
        self._items += items
        self._seconds += seconds

    def batch(self) -> int:
        if not self._items:
            return 1
        fitting = _TASK_SECONDS * self._items / max(self._seconds, _TASK_SECONDS / _MOST_ITEMS)
        return max(1, min(_MOST_ITEMS, int(fitting)))


class _Lost(str):
    """How a Ray worker or its node went away."""


def _most(ray: Any, engine: Engine) -> int:
    """Return how many items may be in flight; a cluster may grow meanwhile.

    Where Ray has no more cores than are wanted, a second item for each waits on the spot.
    """
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    if engine.workers is not None and engine.workers < cores:
        return engine.workers
    return 2 * cores


def _outcome(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, UserError):
            raise error.cause from error
        raise UserError(
            "the Ray workers cannot run this step",
            seen=str(error.cause).partition("\n")[0],
            fix="install the same version of videoreason on every node",
        ) from error
    except ray.exceptions.RaySystemError as error:
        raise UserError("the Ray cluster is gone", seen=error, fix="start it again") from error
    except ray.exceptions.RayError as error:
        return _Lost(type(error).__name__)


@contextmanager
def _connected(engine: Engine) -> Iterator[Any]:
    if importlib.util.find_spec("ray") is None:
        raise UserError(
            "Ray is not installed", seen="--engine ray", fix="pip install 'videoreason[scale]'"
        )
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    # Workers on this machine find what is found here, as those of a pool do.
    os.environ["PYTHONPATH"] = os.pathsep.join(path or os.curdir for path in sys.path)
    import ray  # noqa: PLC0415 - an extra, and slow to import

    if ray.is_initialized():
        yield ray
        return
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if engine.address is None:
            _start_here(ray, num_cpus=engine.workers, include_dashboard=False, **quiet)
        else:
            _knock(engine.address)
            ray.init(engine.address, **quiet)
    # Ray raises plain exceptions, too.
    except Exception as error:
        raise UserError(
            "Ray cannot be started" if engine.address is None else "no Ray cluster answers",
            seen=f"{engine.address or 'this machine'}: {str(error).partition(chr(10))[0]}",
            fix="see `ray status`; a cluster is started with `ray start --head`",
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _start_here(ray: Any, **settings: Any) -> None:
    # A busy machine may not start Ray in the half minute that Ray gives itself.
    for attempt in range(1, _STARTS + 1):
        try:
            ray.init("local", **settings)
            return
        except Exception:
            ray.shutdown()
            if attempt == _STARTS:
                raise


def _knock(address: str) -> None:
    # Ray itself looks for minutes for a cluster that is not there.
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


def _work(
    function: Callable[[Item], Result], items: list[Item], timeout: float
) -> tuple[list[Result | Failure], float]:
    """Run the function on each item inside this Ray worker's supervised process.

    Returns:
        what became of each, and the seconds that all took.
    """
    begin = time.perf_counter()
    results: list[Result | Failure] = list(map(_supervisor(function, timeout), items))
    return results, time.perf_counter() - begin


@cache
def _supervisor(function: Callable[[Any], Any], timeout: float) -> Callable[[Any], Any]:
    # A process that is spawned imports the main module of its owner, which here is all of Ray.
    vars(sys.modules["__main__"]).pop("__file__", None)
    given: deque[Any] = deque()
    results = run_pool(function, iter(given.popleft, None), workers=1, timeout=timeout, ahead=1)

    def supervise(item: Any) -> Any:
        given.append(item)
        return next(results).result

    return supervise

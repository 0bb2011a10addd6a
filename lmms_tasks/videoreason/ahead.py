"""Work done ahead of its use: files are decoded while a network is busy with those before them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
WORKERS = 2


def ahead(jobs: Iterable[Callable[[], T]], window: int = 4) -> Iterator[T]:
    """Yield what each job returns, in order; at most `window` are done or under way ahead.

    What a job raises is raised here, at its place; the jobs behind it are then not begun.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        under_way: deque[Future[T]] = deque()
        try:
            for job in jobs:
                under_way.append(pool.submit(job))
                if len(under_way) > window:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

"""Many things at once, few of them under way, results in the order of the items."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
# A slow item does not hold up those behind it until so many of them, for each one under way, are
# done. They have become rows by then; only items under way hold media.
_AHEAD = 8


async def in_order(
    function: Callable[[Item], Awaitable[Result]], items: Iterable[Item], *, concurrency: int
) -> AsyncGenerator[Result, None]:
    """Yield `function(item)` for each of `items`, in their order.

    At most `concurrency` calls are under way, and `items` is drawn from no faster than results
    are taken. Leaving the loop early, or an exception from a call, ends the others.
    """
    gate = asyncio.Semaphore(concurrency)

    async def through_gate(item: Item) -> Result:
        async with gate:
            return await function(item)

    waiting: deque[asyncio.Task[Result]] = deque()
    try:
        for item in items:
            waiting.append(asyncio.create_task(through_gate(item)))
            while waiting and (len(waiting) >= _AHEAD * concurrency or waiting[0].done()):
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

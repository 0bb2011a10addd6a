"""Many at once, in order, and never more held than is promised."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.teacher.ordered import in_order

AHEAD = 8


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(1, 5))
def test_results_come_in_order_and_few_are_under_way(pauses: list[int], concurrency: int) -> None:
    under_way, most, drawn, taken, furthest = 0, 0, 0, 0, 0

    def items() -> Iterator[tuple[int, int]]:
        nonlocal drawn
        for number, pause in enumerate(pauses):
            drawn += 1
            yield number, pause

    async def work(item: tuple[int, int]) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(item[1]):
            await asyncio.sleep(0)
        under_way -= 1
        return item[0]

    async def run() -> list[int]:
        nonlocal taken, furthest
        found = []
        async for result in in_order(work, items(), concurrency=concurrency):
            taken += 1
            furthest = max(furthest, drawn - taken)
            found.append(result)
        return found

    assert asyncio.run(run()) == list(range(len(pauses)))
    assert most <= concurrency
    if min(pauses, default=0) > 0:
        assert most == min(concurrency, len(pauses))
    assert furthest < AHEAD * concurrency


def test_an_error_ends_the_others() -> None:
    ended = []

    async def work(number: int) -> int:
        if number == 1:
            raise KeyError(number)
        try:
            await asyncio.sleep(3600 if number else 0)
        finally:
            ended.append(number)
        return number

    async def run() -> list[int]:
        async with aclosing(in_order(work, range(9), concurrency=3)) as results:
            return [result async for result in results]

    with pytest.raises(KeyError):
        asyncio.run(run())
    assert 2 in ended

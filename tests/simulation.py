"""Does an interval cover what it says? Drawing samples whose truth is known.

`pytest -m slow tests/test_coverage*.py -rP` prints the share that each case covers.
"""

from collections.abc import Callable

import numpy as np
import pytest

from lmms_tasks.statistics import Interval

LOW, HIGH = 0.935, 0.965
WHOLE = 2000
# A draw is covered, or the share of its intervals that cover; None defines no interval.
Draw = Callable[[np.random.Generator], bool | float | None]


def _fixture(quick: int) -> Callable[[pytest.FixtureRequest], int]:
    params = [
        pytest.param(quick, id="quick"),
        pytest.param(WHOLE, id="whole", marks=pytest.mark.slow),
    ]

    @pytest.fixture(params=params)
    def number(request: pytest.FixtureRequest) -> int:
        return int(request.param)

    return number


draws = _fixture(400)
# Of methods that draw themselves, and so take long.
few_draws = _fixture(80)


def check(draw: Draw, seed: int, draws: int, *, low: float = LOW, high: float = HIGH) -> None:
    """Assert that so many draws are covered."""
    generator = np.random.default_rng(seed)
    found = [hit for _ in range(draws) if (hit := draw(generator)) is not None]
    assert len(found) > 0.9 * draws
    covered = float(np.mean(found))
    print(f"covers {covered:.4f} in {len(found)} samples; {low} to {high} is asked")
    # Three standard errors of a share of .95.
    slack = 3 * np.sqrt(0.05 * 0.95 / draws) if draws < WHOLE else 0.0
    assert low - slack <= covered <= high + slack, covered


def covers(found: Interval | None, truth: float) -> bool:
    """Return whether there is an interval that holds the truth."""
    return found is not None and found.low <= truth <= found.high


def names_of(videos: int, items: int) -> list[str]:
    """Return the video of each of `items` items a video."""
    return [str(i // items) for i in range(videos * items)]


def alike_noise(
    generator: np.random.Generator, videos: int, items: int, alike: float
) -> np.ndarray:
    """Return standard normal values of which those of a video correlate by `alike`."""
    shared = np.repeat(generator.normal(size=videos), items)
    return np.sqrt(alike) * shared + np.sqrt(1 - alike) * generator.normal(size=videos * items)

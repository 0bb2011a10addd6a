"""Where the work of a step is done: in a pool of processes on this machine, or on Ray."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Literal

from data_prep.errors import UserError
from data_prep.workers import Done, Item, Result, run_pool

EngineName = Literal["pool", "ray"]


@dataclass(frozen=True)
class Engine:
    """How a step is run over its items; what comes out does not depend on it.

    Attributes:
        name: "pool" for processes on this machine, "ray" for those of a Ray cluster.
        address: of the cluster; if None, Ray is started on this machine for this run alone.
        workers: number of items worked on at a time; one for each processor core if None.
        timeout: seconds that one item may take.

    Raises:
        UserError: a value is not valid, or an address is given for a pool.
    """

    name: EngineName = "pool"
    address: str | None = None
    workers: int | None = None
    timeout: float = 600.0

    def __post_init__(self) -> None:
        """Refuse what no engine can do."""
        for option, value, valid, rule in (
            ("--workers", self.workers, self.workers is None or self.workers > 0, "1 or more"),
            ("--timeout", self.timeout, self.timeout > 0, "more than 0 seconds"),
        ):
            if not valid:
                raise UserError(f"{option} must be {rule}", seen=value)
        if self.address is not None and self.name != "ray":
            raise UserError(
                "--address names a Ray cluster, and the engine is not Ray",
                seen=f"--engine {self.name} --address {self.address}",
                fix=f"--engine ray --address {self.address}",
            )


POOL = Engine()


def run_isolated(
    function: Callable[[Item], Result], items: Iterable[Item], engine: Engine = POOL
) -> Generator[Done[Item, Result], None, None]:
    """Yield what became of each item, in the order in which they finish.

    A dead or hung process costs only the item it worked on. Leaving the loop early stops the
    workers. Items hold paths, never the bytes of a video; what a function writes it writes itself.

    Args:
        function: importable by name from a fresh process.
        items: what to work on; drawn as workers become free, never all held.
        engine: where, how many at a time, and for how long.

    Raises:
        UserError: worker processes cannot start, Ray is not installed or not to be reached.
    """
    if engine.name == "ray":
        from data_prep.steps.cluster import run_on_ray  # noqa: PLC0415 - Ray is an extra

        return run_on_ray(function, items, engine)
    return run_pool(function, items, workers=engine.workers, timeout=engine.timeout)

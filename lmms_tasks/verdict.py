"""Does one model beat another, and chance? The check behind `--must-beat`."""

from collections.abc import Sequence

from data_prep.errors import UserError
from lmms_tasks.line import Line
from lmms_tasks.logs import Run
from lmms_tasks.statistics import Estimate


def verdict(rule: str, runs: Sequence[Run], scored: dict[str, dict[str, Line]]) -> tuple[bool, str]:
    """Tell whether `TUNED:BASE:BENCHMARK` holds, and why in one sentence with the numbers.

    It holds when the low end of TUNED's interval is above the high end of BASE's, and above
    chance. Intervals that do not overlap are a stricter demand than a paired test.

    Raises:
        UserError: the rule names no model or line of the table, a line without chance level or of
            which less is better, or runs on different data.
    """
    tuned_name, base_name, key = _parts(rule)
    tuned, base = _line(tuned_name, key, rule, scored), _line(base_name, key, rule, scored)
    data = {
        run.name: run.tasks[tuned.task].settings["data_sha256"]
        for run in runs
        if run.name in (tuned_name, base_name)
    }
    sizes = {line.estimate.n if line.estimate else 0 for line in (tuned, base)}
    if len(set(data.values())) > 1 or len(sizes) > 1:
        raise UserError(
            f"{rule}: the two runs are not on the same items",
            seen=f"data {', '.join(f'{name} {sha[:12]}' for name, sha in data.items())}; n {sizes}",
            fix="evaluate both models on the same VIDEOREASON_DATA, with the same --limit",
        )
    ours, theirs = " ".join(say(tuned.estimate)), " ".join(say(base.estimate))
    said = f"{key}: {tuned_name} {ours}, {base_name} {theirs}, chance {tuned.chance:.3f}"
    better, worse = tuned.estimate, base.estimate
    if not (better and better.interval and worse and worse.interval):
        return False, f"{said}; without both intervals nothing is shown"
    if better.interval.low <= worse.interval.high:
        return False, f"{said}; {tuned_name} is not above {base_name}, the intervals meet"
    if better.interval.low <= (tuned.chance or 0):
        return False, f"{said}; {tuned_name} is not above chance"
    return True, f"{said}; {tuned_name} is above {base_name} and above chance"


def _parts(rule: str) -> tuple[str, str, str]:
    parts = rule.split(":")
    if len(parts) != 3:
        raise UserError("--must-beat takes TUNED:BASE:BENCHMARK", seen=rule)
    return parts[0], parts[1], parts[2]


def _line(name: str, key: str, rule: str, scored: dict[str, dict[str, Line]]) -> Line:
    if name not in scored:
        raise UserError(f"--must-beat {rule}: no model {name!r}", seen=", ".join(scored))
    usable = [
        known for known, line in scored[name].items() if line.chance is not None and line.higher
    ]
    if key not in usable:
        raise UserError(f"--must-beat {rule}: {name} has no {key!r}", seen=", ".join(usable))
    return scored[name][key]


def say(estimate: Estimate | None) -> tuple[str, str]:
    """Return a value and its interval as text."""
    if estimate is None:
        return "-", "-"
    ends = estimate.interval
    return f"{estimate.value:.3f}", f"{ends.low:.3f} to {ends.high:.3f}" if ends else "none"

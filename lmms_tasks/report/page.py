"""Writing the report: read the logs, lay out the numbers, take pictures, fill the template."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from data_prep.cutting.split import Progress
from data_prep.show.html import keep_foreign, render, write_page
from data_prep.steps.engine import POOL, Engine
from lmms_tasks.lines import lines
from lmms_tasks.logs import Run
from lmms_tasks.report import rows
from lmms_tasks.report.best_of_n import read_best_of_n
from lmms_tasks.report.browser import browser_data, wanted_by
from lmms_tasks.report.cases import cases, choose
from lmms_tasks.report.counts import letters, unread
from lmms_tasks.report.differences import differences
from lmms_tasks.report.documents import Joined, join
from lmms_tasks.report.flow import flows
from lmms_tasks.report.gains import all_gains
from lmms_tasks.report.provenance import cautions, provenance
from lmms_tasks.report.strips import take_strips
from lmms_tasks.report.thresholds import checks
from lmms_tasks.report.verifying import calibrations, curves
from lmms_tasks.report.words import RULES
from lmms_tasks.scores import GENERATION, PLAUSIBILITY
from lmms_tasks.statistics.methods import METHODS

PACKAGE = "lmms_tasks.report"
MAKER = "report"
_NO_CLIP = "not defined: no generated future could be measured"
_NO_RETENTION = "not defined: real futures are not recognised above chance"


@dataclass(frozen=True)
class Options:
    """What of the items is shown.

    Attributes:
        items: how many; more are chosen from by `seed`.
        frames: of each video.
        megabytes: of the page that pictures may take.
        seed: of the choice.
        data: the data's folder, where it is not the one that the logs name.
        best: files of best of N.
    """

    items: int = 1200
    frames: int = 4
    megabytes: float = 20.0
    seed: int = 0
    data: Path | None = None
    best: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was written: the file, its bytes, the items on it, and what could not be shown."""

    page: Path
    size: int
    shown: int
    total: int
    gaps: list[str]


def write_report(
    runs: Sequence[Run],
    out: Path,
    options: Options,
    *,
    engine: Engine = POOL,
    progress: Progress | None = None,
) -> Report:
    """Write one page about `runs`, the first of which the others are compared with.

    Args:
        runs: of different names.
        out: the page; only a page of this function is written over.
        options: what of the items is shown.
        engine: where the pictures are taken, and how long one video may take.
        progress: called with (videos done, videos in all).

    Raises:
        UserError: a log or a file of best of N cannot be read, the tasks of a run are on different
            items, or the page cannot be written.
    """
    keep_foreign(out, MAKER)
    best = [read_best_of_n(path) for path in options.best]
    joined = _join(runs, options)
    chosen = choose(runs, options.items, options.seed)
    shown = cases(runs, {task: one.documents for task, one in joined.items()}, chosen)
    most = int(options.megabytes * 1e6)
    strips = take_strips(wanted_by(shown), most, engine, progress)
    gaps = [one.gap for one in joined.values() if one.gap]
    text = render(
        "report.html",
        packages=(PACKAGE,),
        made_by=MAKER,
        options=options,
        chosen=chosen,
        strips=strips,
        gaps=gaps,
        best=best,
        methods=METHODS,
        data=browser_data(shown, _names(runs), strips),
        **_script(),
        **_numbers(runs),
    )
    write_page(out, text)
    gaps += [f"{name}: {reason}" for name, reason in strips.gaps]
    if strips.left_out:
        gaps.append(
            f"{strips.left_out} videos had no place within --megabytes {options.megabytes:g}"
        )
    return Report(out, len(text.encode()), len(chosen.ids), chosen.total, gaps)


def _join(runs: Sequence[Run], options: Options) -> dict[str, Joined]:
    logs = {task: log for run in reversed(runs) for task, log in run.tasks.items()}
    return {task: join(task, log, options.frames, options.data) for task, log in logs.items()}


def _names(runs: Sequence[Run]) -> list[str]:
    return [run.name for run in runs]


def _script() -> dict[str, str]:
    text = files(PACKAGE).joinpath("templates/report.js").read_text(encoding="utf-8")
    # The page may run this script, and no other.
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"script": text, "script_hash": digest}


def _numbers(runs: Sequence[Run]) -> dict[str, Any]:
    scored = [{line.key: line for line in lines(run)} for run in runs]
    names = _names(runs)
    return {
        "names": names,
        "sources": [provenance(run) for run in runs],
        "cautions": cautions(runs),
        "table": rows.table(scored),
        "accuracy": rows.chart(scored, names, rows.is_accuracy),
        "kinds": rows.chart(scored, names, rows.is_kind),
        "rotation": rows.chart(scored, names, rows.is_rotation),
        "retention": rows.chart(scored, names, rows.is_retention, _NO_RETENTION),
        "gain_chart": rows.chart(scored, names, lambda key, _: key.startswith("gain_over_")),
        "gains": all_gains(runs),
        "letters": letters(runs),
        "unread": unread(runs),
        "rules": RULES,
        "differences": differences(runs),
        "curves": curves(runs),
        "calibrations": calibrations(runs),
        "flows": flows(runs),
        "checks": checks(runs),
        "verifier_chart": rows.chart(scored, names, rows.is_verifier),
        "generated_chart": rows.chart(scored, names, rows.is_generated, _NO_CLIP),
        "generated": [row for row in rows.table(scored) if row.task == GENERATION],
        "preferred": rows.chart(scored, names, rows.is_preference),
        "plausible_curves": curves(runs, PLAUSIBILITY, ("confidence",)),
        "plausible_calibrations": calibrations(runs, PLAUSIBILITY),
    }

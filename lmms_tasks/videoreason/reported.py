"""The lines that VideoReason has in the table of results; each is of one task's records."""

from itertools import combinations
from statistics import mean

from lmms_tasks.line import Line, chance, choice, unparsed
from lmms_tasks.logs import Records
from lmms_tasks.statistics import share_estimate
from lmms_tasks.videoreason import attempts, feedback, judgements, preferences, summary, turns
from lmms_tasks.videoreason.attempts import COPY
from lmms_tasks.videoreason.judgements import OTHERS, VERIFIERS


def future(task: str, records: Records) -> list[Line]:
    """Return the accuracy of forecasts."""
    return [choice(task, task, records)]


def retention(task: str, records: Records) -> list[Line]:
    """Return what is read in the real futures, and in those of every generator."""
    real = [row for row in records if row["generator"] == attempts.REAL]
    made = {row["generator"] for row in records if row["generator"] != attempts.REAL}
    made |= {name for row in real for name in row["failed"]}
    on_real = choice("acc_real", task, real)
    interval = on_real.estimate.interval if on_real.estimate else None
    # Where real futures are not recognised the ratio of two guesses would say nothing.
    recognised = interval is not None and interval.low > (on_real.chance or 0)
    found = [on_real]
    for name in sorted(made):
        rows = [row for row in records if row["generator"] == name]
        on = attempts.estimate(records, name, "made")
        kept = attempts.estimate(records, name, "retention") if recognised else None
        found.append(
            Line(f"acc_on_{name}", task, on, chance(real), unparsed(rows) if rows else None)
        )
        found.append(Line(f"retention_{name}", task, kept, None, None))
    return found


def verification(task: str, records: Records) -> list[Line]:
    """Return what every verifier is worth, and which is better, paired on the same predictions.

    Of a verifier that has scored nothing there is one line, without a value, that says so.
    """
    unread = mean(float(row["stated"] is None) for row in records)
    lacking = {name: judgements.unmeasured(records, verifier=name) or 0.0 for name in VERIFIERS}
    lacking["confidence"] = unread
    found = [Line(task, task, judgements.estimate(records), 0.5, unread)]
    for name in OTHERS:
        area = judgements.estimate(records, name)
        found.append(Line(f"verification_auroc_{name}", task, area, 0.5, lacking[name]))
    there = [name for name in VERIFIERS if name not in OTHERS or lacking[name] < 1]
    for name in there:
        r, gap = judgements.correlation(records, name), judgements.mean_gap(records, name)
        found += [
            Line(f"verification_r_{name}", task, r, None, lacking[name]),
            Line(f"verification_gap_{name}", task, gap, None, lacking[name]),
        ]
    error = judgements.calibration_error(records)
    found.append(Line("verification_ece", task, error, None, unread, higher=False))
    for one, other in combinations(there, 2):
        difference = judgements.ahead_of(records, other, one)
        found.append(Line(f"verification_{one}_over_{other}", task, difference, None, None))
    return found


def plausibility(task: str, records: Records) -> list[Line]:
    """Return whether right futures are rated higher, and how often each generator's are preferred.

    A reply that could not be read rates nothing, at one half, and stays among the rows.
    """
    unread = mean(float(row["stated"] is None) for row in records)
    found = [Line(task, task, preferences.auroc(records), 0.5, unread)]
    for name in preferences.generators(records):
        share = preferences.preference(records, name)
        beside = {"literature": preferences.IN_THE_LITERATURE} if name == COPY else {}
        key = f"plausibility_prefers_{name}"
        found.append(Line(key, task, share, 0.5, unread, beside, higher=name != COPY))
    return found


def generation(task: str, records: Records) -> list[Line]:
    """Return the measures of generated futures, those of copy, noise and real ones beside them.

    `unparsed` is the share of items without a measure: failures, and futures that cannot be read.
    """
    lacking = mean(float(row["measures"] is None) for row in records)
    found = []
    for figure in summary.of_records(records):
        (metric, _, _), higher = summary.NAMES[figure.name]
        told = {"copy": figure.copy, "noise": figure.noise, "real": figure.real}
        beside = {name: value for name, value in told.items() if value is not None}
        # The first two figures are the shares of what lacks.
        own = None if metric in summary.OF_ALL else lacking
        line = Line(f"generate_{metric}", task, figure.estimate, None, own, beside, higher)
        found.append(line)
    return found


def correction(task: str, records: Records) -> list[Line]:
    """Return first and second answers, kind of feedback by kind of feedback.

    Items that could not be given a kind of feedback are a line of their own.
    """
    key = task.removeprefix("videoreason_")
    rows = turns.turns(records)
    firsts = [row for row in rows if row.feedback == feedback.CONTROL]
    first = share_estimate([row.before for row in firsts], [row.video_id for row in firsts])
    by_guessing = float(mean(1 / row.options for row in firsts))
    unread = float(mean(row.first is None for row in firsts))
    found = [Line(f"{key}_first", task, first, by_guessing, unread)]
    for kind in feedback.KINDS:
        asked = turns.asked(rows, kind)
        name, lacking = f"{key}_{kind}", turns.estimate(rows, kind, "lacking")
        if lacking and lacking.value > 0:
            found.append(Line(f"{name}_lacking", task, lacking, None, None, higher=False))
        if not asked:
            continue
        values = {measure: turns.estimate(rows, kind, measure) for measure in turns.measures(kind)}
        unread = float(mean(row.second is None for row in asked))
        by_chance = turns.elimination(rows, kind)
        found += [
            Line(name, task, values["second"], by_guessing, unread),
            Line(f"{name}_corrected", task, values["corrected"], by_chance, None),
            Line(f"{name}_regressed", task, values["regressed"], None, None, higher=False),
        ]
        found += (
            [Line(f"{name}_lift", task, values["lift"], None, None)] if "lift" in values else []
        )
    return found

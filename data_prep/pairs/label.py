"""Name the action of each pair with a local model, and keep what the true order bears out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, resolve, sidecar, write_manifest
from data_prep.pairs.answers import open_answers
from data_prep.pairs.choose import Label, balanced, verdict
from data_prep.pairs.clerk import MADE_BY, ORDERS, Case, Clerk, Scores
from data_prep.pairs.judge import Judge, Sight
from data_prep.pairs.negatives import Negatives
from data_prep.rebase import Rebase, rebase_row
from data_prep.records import Negative, Pair
from data_prep.steps.lock import alone_in
from data_prep.steps.worklist import Shelf
from data_prep.tally import Tally

MANIFEST = "labelled.jsonl"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        pairs: number of pairs in the source.
        kept: number that have a model's label now.
        human: number that had an action before, and went through as they were.
        left_out: the others, by why.
        beaten: labels that the true order beats each other order by, of those scored in it.
        manifest: the manifest that was written.
    """

    pairs: int
    kept: int
    human: int
    left_out: Counter[str]
    beaten: dict[str, tuple[int, int]]
    manifest: Path


def label_pairs(
    source: Path,
    judge: Judge,
    *,
    model: str,
    out: Path | None = None,
    keep: int | None = None,
    actions: Sequence[str] = (),
    batch: int = 8,
    seed: int = 0,
    progress: Progress | None = None,
) -> Summary:
    """Write `labelled.jsonl`: the pairs of `source` that a human or the model has named.

    Beside it go its negatives, the scores of all pairs and a report of those left out. Answers are
    kept as they come; a second start goes on where the first was stopped.

    Args:
        source: a `pairs.jsonl`; frames of other clips come from the `negatives.jsonl` beside it.
        judge: the model.
        model: its name, for the manifest.
        out: the manifest to write, in a folder that holds the pictures; by default beside `source`.
        keep: number of labels to keep, balanced by action; all that stand if None.
        actions: a closed set to choose from by score; the model makes its own words if empty.
        batch: questions that go through the model at once.
        seed: of the negatives.
        progress: called with (pairs done, pairs in all).

    Raises:
        UserError: the source is not valid, a picture cannot be read, or no label stands.
    """
    out = (out or source.with_name(MANIFEST)).absolute()
    files = {name: out.with_suffix(f".{name}.jsonl") for name in ("scores", "negatives", "report")}
    if out.suffix != ".jsonl" or source.resolve() in {out.resolve(), *files.values()}:
        raise UserError(
            "--out must name a .jsonl file that is not the source",
            seen=out,
            fix=f"--out {source.with_name(MANIFEST)}",
        )
    total = sum(1 for _ in read_manifest(source, Pair, made_by=MADE_BY))
    if not total:
        raise UserError("the manifest has no pairs", seen=source, fix=MADE_BY)
    with alone_in(out.parent), open_answers(out.with_name(f".{out.stem}.answers")) as answers:
        clerk = Clerk(judge, answers, tuple(actions), batch)
        scored: Shelf[Scores] = Shelf()
        done = 0
        cases = _cases(source)
        while chunk := list(islice(cases, batch)):
            for scores in clerk.score(chunk):
                scored.add(scores.pair_id, scores)
            done += len(chunk)
            if progress is not None:
                progress(done, total)
        return _write(
            source, out, files, scored, model=model, keep=keep, actions=actions, seed=seed
        )


def _cases(source: Path) -> Iterator[Case]:
    beside, others = source.with_name("negatives.jsonl"), Shelf[str]()
    if beside.is_file():
        for row in read_manifest(beside, Negative, made_by=MADE_BY):
            if row.kind == "other_clip":
                others.add(row.pair_id, row.after)
    for pair in read_manifest(source, Pair, made_by=MADE_BY):
        if pair.action_source == "human":
            continue
        before, after = (resolve(source.parent, name) for name in (pair.before, pair.after))
        sights = {
            "true": Sight(before, after),
            "swapped": Sight(after, before),
            "copied": Sight(before, before),
        }
        if other := others.get(pair.id):
            sights["other_clip"] = Sight(before, resolve(source.parent, other))
        yield Case(pair, sights)


class _Choice(NamedTuple):
    """Labels to keep by the id of their pair, why the others are not, and who beat what."""

    taken: dict[str, Label]
    reasons: dict[str, str]
    beaten: dict[str, tuple[int, int]]


def _choose(scored: Shelf[Scores], keep: int | None) -> _Choice:
    reasons: dict[str, str] = {}
    labels, beaten = [], dict.fromkeys(ORDERS[1:], (0, 0))
    for row in scored.values():
        if row.true is None or row.swapped is None or row.copied is None:
            reasons[row.pair_id] = "nothing said"
            continue
        for order, (won, of) in beaten.items():
            other = getattr(row, order)
            if other is not None:
                beaten[order] = won + (row.true > other), of + 1
        fault = verdict(row.true, row.swapped, row.copied)
        if fault is None:
            labels.append(Label(row.pair_id, row.action, row.true))
        else:
            reasons[row.pair_id] = fault
    taken = {label.pair_id: label for label in balanced(labels, keep)}
    reasons |= {each.pair_id: "beyond --keep" for each in labels if each.pair_id not in taken}
    return _Choice(taken, reasons, beaten)


def _labelled(source: Path, folder: Path, model: str, choice: _Choice) -> Iterator[Pair]:
    """Yield the pairs that have an action, as a manifest in `folder` names their pictures."""
    rebase = Rebase(source.parent, folder)
    for pair in read_manifest(source, Pair, made_by=MADE_BY):
        named: dict[str, object] = {}
        if label := choice.taken.get(pair.id):
            named = {"action": label.action, "action_source": "model", "action_model": model}
            named["action_score"] = label.score
        elif pair.action_source != "human":
            continue
        yield rebase_row(pair.model_copy(update=named), ["before", "after"], rebase)


def _write(
    source: Path,
    out: Path,
    files: dict[str, Path],
    scored: Shelf[Scores],
    *,
    model: str,
    keep: int | None,
    actions: Sequence[str],
    seed: int,
) -> Summary:
    """Choose among the labels, and write the four files."""
    choice = _choose(scored, keep)
    left_out = Counter(choice.reasons.values())
    with Tally(files["report"]) as report:
        for pair_id, why in sorted(choice.reasons.items()):
            report.leave_out("pair", pair_id, why)
    about = {
        "step": "label",
        "model": model,
        "keep": keep,
        "actions": list(actions) or None,
        "left_out": dict(sorted(left_out.items())),
        "true_order_wins": {order: f"{won} of {of}" for order, (won, of) in choice.beaten.items()},
    }
    judged = (
        row.model_copy(
            update={
                "kept": row.pair_id in choice.taken,
                "reason": choice.reasons.get(row.pair_id),
            }
        )
        for row in scored.values()
    )
    write_manifest(files["scores"], judged, settings=about, seed=None)
    for old in (out, sidecar(out), files["negatives"], sidecar(files["negatives"])):
        old.unlink(missing_ok=True)
    named = sum(1 for _ in _labelled(source, out.parent, model, choice))
    if not named:
        first, why = min(choice.reasons.items())
        raise UserError(
            f"no label stands; {files['report']} says why for each pair", seen=f"{first}: {why}"
        )
    draw = Negatives(_labelled(source, out.parent, model, choice), seed)
    rows = _labelled(source, out.parent, model, choice)
    negatives = (negative for pair in rows for negative in draw.of(pair))
    write_manifest(files["negatives"], negatives, settings=about, seed=seed)
    write_manifest(out, _labelled(source, out.parent, model, choice), settings=about, seed=seed)
    return Summary(
        pairs=named + len(choice.reasons),
        kept=len(choice.taken),
        human=named - len(choice.taken),
        left_out=left_out,
        beaten=choice.beaten,
        manifest=out,
    )

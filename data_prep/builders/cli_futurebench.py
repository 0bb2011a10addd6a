"""The `build` commands of questions like FutureBench's."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.blind import blind_path, mark_blind
from data_prep.builders.cli_options import Out
from data_prep.builders.futurebench import KINDS, NAME, build_futurebench
from data_prep.builders.futurebench_wrong import WRONG
from data_prep.errors import UserError
from data_prep.manifest import sidecar


class Kind(StrEnum):
    """The kinds of questions, as published."""

    HOP1 = "hop1"
    HOP2 = "hop2"
    HOP3 = "hop3"
    INTERPOLATION = "interpolation"


BlindLogs = Annotated[
    list[Path] | None,
    typer.Option(
        "--blind-log",
        help="Samples of futurebench_blind or futurebench_rotated by a text-only model; repeat it.",
    ),
]
Level = Annotated[
    float,
    typer.Option("--blind-level", min=0.0, max=1.0, help="Of the test that marks an item."),
]


def build_futurebench_command(
    splits: Annotated[Path, typer.Argument(help="A splits.jsonl with events.")],
    *,
    out: Out = None,
    kind: Annotated[
        list[Kind] | None, typer.Option(help="Of question, by default all; repeat it.")
    ] = None,
    per_kind: Annotated[
        int | None, typer.Option(min=1, help="Questions of each kind, at most.")
    ] = None,
    wrong_order: Annotated[
        int, typer.Option(min=0, max=WRONG, help="Wrong answers in a wrong order.")
    ] = 1,
    already_seen: Annotated[
        int, typer.Option(min=0, max=WRONG, help="Wrong answers of events that are shown.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="Of the wrong answers and the order of all.")] = 0,
    blind_log: BlindLogs = None,
    blind_level: Level = 0.05,
) -> None:
    """Build questions like FutureBench's: which events follow, which are missing?

    Of the three wrong answers those that are neither in a wrong order nor shown are from other
    clips. Build the questions, and score a model on them:

        python -m data_prep build futurebench splits/splits.jsonl

        VIDEOREASON_DATA=splits lmms-eval --tasks futurebench_direct …

    Build 100 of each kind, and mark what a text-only model answers in all rotations:

        python -m data_prep build futurebench splits/splits.jsonl --per-kind 100 \\
            --blind-log logs/STAMP_samples_futurebench_rotated.jsonl
    """
    if wrong_order + already_seen > WRONG:
        raise UserError(
            f"a question has {WRONG} wrong answers",
            seen=f"--wrong-order {wrong_order} --already-seen {already_seen}",
        )
    folder = out or splits.parent
    report = build_futurebench(
        splits,
        folder,
        kinds=[each.value for each in Kind if each in kind] if kind else KINDS,
        per_kind=per_kind,
        wrong={
            "wrong_order": wrong_order,
            "already_seen": already_seen,
            "other_clip": WRONG - wrong_order - already_seen,
        },
        seed=seed,
    )
    questions = folder / f"{NAME}.jsonl"
    typer.echo(f"questions in {questions}: {report}")
    marks = blind_path(questions)
    if blind_log:
        typer.echo(f"marks in {marks}: {mark_blind(questions, blind_log, level=blind_level)}")
    elif marks.is_file():
        marks.unlink()
        sidecar(marks).unlink(missing_ok=True)
        typer.echo(f"removed the marks of earlier questions, {marks}: name their --blind-log again")


def mark_blind_command(
    questions: Annotated[Path, typer.Argument(help="A futurebench.jsonl, built or imported.")],
    *,
    blind_log: Annotated[
        list[Path],
        typer.Option(
            "--blind-log",
            help="Samples of futurebench_blind or futurebench_rotated by a text-only model; "
            "repeat it.",
        ),
    ],
    blind_level: Level = 0.05,
) -> None:
    """Mark the questions that text-only models answer above chance, in a file beside them.

    By one model, over all rotations of the options:

        python -m data_prep build blind-marks futurebench/futurebench.jsonl \\
            --blind-log logs/STAMP_samples_futurebench_rotated.jsonl

    By two models, at a stricter level:

        python -m data_prep build blind-marks futurebench/futurebench.jsonl --blind-level 0.01 \\
            --blind-log a/STAMP_samples_futurebench_rotated.jsonl \\
            --blind-log b/STAMP_samples_futurebench_rotated.jsonl
    """
    report = mark_blind(questions, blind_log, level=blind_level)
    typer.echo(f"marks in {blind_path(questions)}: {report}")

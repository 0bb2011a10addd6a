"""The `build` commands of sets whose texts came from people or from a teacher, and of mixes."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.causal import CausalForm, build_causal
from data_prep.builders.cli_options import Out, Questions, Seed, SplitsOption, TestShare, tell
from data_prep.builders.judged import RATIO, build_critique, build_reasoning
from data_prep.builders.making import Sides
from data_prep.builders.mix import Part, build_mix
from data_prep.builders.preference import build_preference
from data_prep.builders.questions import build_choice_qa, build_open_qa
from data_prep.errors import UserError


def build_open_qa_command(
    questions: Questions, *, out: Out = None, test_share: TestShare = 0.1, seed: Seed = 0
) -> None:
    """Build the open-question set: a question about a video, answered in words.

    Build it beside its manifest:

        python -m data_prep build open-qa nextqa/questions.jsonl

    Keep a fifth of the videos for testing:

        python -m data_prep build open-qa nextqa/questions.jsonl --test-share 0.2
    """
    folder = out or questions.parent
    tell("open-qa", folder, build_open_qa(questions, folder, sides=Sides(test_share, seed)))


def build_choice_qa_command(
    questions: Questions, *, out: Out = None, test_share: TestShare = 0.1, seed: Seed = 0
) -> None:
    """Build the choice-question set: a question with options, answered by letter.

    Build it beside its manifest:

        python -m data_prep build choice-qa nextqa/questions.jsonl

    Put the options in another order:

        python -m data_prep build choice-qa nextqa/questions.jsonl --seed 1
    """
    folder = out or questions.parent
    tell("choice-qa", folder, build_choice_qa(questions, folder, sides=Sides(test_share, seed)))


def build_reasoning_command(
    reasonings: Annotated[Path, typer.Argument(help="A reasoning.jsonl.")],
    *,
    splits: SplitsOption,
    out: Out = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the reasoning set: think about what follows, then answer, both in tags.

    Let a teacher think about contexts, then build the set:

        python -m data_prep annotate splits/splits.jsonl --task reason

        python -m data_prep build reasoning splits/reasoning.jsonl --splits splits/splits.jsonl
    """
    folder = out or splits.parent
    report = build_reasoning(reasonings, splits, folder, sides=Sides(test_share, seed))
    tell("reasoning", folder, report)


def build_critique_command(
    critiques: Annotated[Path, typer.Argument(help="A critique.jsonl.")],
    *,
    splits: SplitsOption,
    ratio: Annotated[
        float, typer.Option(min=0.0, help="Wrong solutions for each right one, 0 to keep all.")
    ] = RATIO,
    out: Out = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the critique set: judge a solution and conclude that it is right or wrong.

    Build it at the published ratio, 2.1 wrong solutions for each right one:

        python -m data_prep build critique splits/critique.jsonl --splits splits/splits.jsonl

    Build it with as many right ones as wrong ones:

        python -m data_prep build critique splits/critique.jsonl --splits splits/splits.jsonl \\
            --ratio 1
    """
    folder = out or splits.parent
    report = build_critique(
        critiques, splits, folder, ratio=ratio or None, sides=Sides(test_share, seed)
    )
    tell("critique", folder, report)


def build_preference_command(
    critiques: Annotated[Path, typer.Argument(help="A critique.jsonl.")],
    *,
    splits: SplitsOption,
    out: Out = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the preference set: a right answer about the future over one that was judged wrong.

    Build it beside its manifest:

        python -m data_prep build preference splits/critique.jsonl --splits splits/splits.jsonl

    Make a set for DPO of it:

        python -m data_prep export llamafactory splits/preference_train.jsonl \\
            --out splits/preference --preference
    """
    folder = out or splits.parent
    report = build_preference(critiques, splits, folder, sides=Sides(test_share, seed))
    tell("preference", folder, report)


def build_causal_command(
    causal: Annotated[Path, typer.Argument(help="A causal.jsonl.")],
    *,
    out: Out = None,
    form: Annotated[
        list[CausalForm] | None,
        typer.Option(
            help="Ask for explanation and prediction (default), or for three guesses with "
            "confidences; repeat it for both."
        ),
    ] = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the causal set: explain what causes what, and foretell what follows.

    Ask for an explanation and a prediction:

        python -m data_prep build causal splits/causal.jsonl

    Ask for that, and for three guesses with reasons and confidences:

        python -m data_prep build causal splits/causal.jsonl --form explanation --form guesses
    """
    folder = out or causal.parent
    report = build_causal(
        causal, folder, forms=form or [CausalForm.EXPLANATION], sides=Sides(test_share, seed)
    )
    tell("causal", folder, report)


def build_mix_command(
    parts: Annotated[list[str], typer.Argument(metavar="SET=SHARE...", help="Train sides.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write; it must hold the media. By default the first set's."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=1, help="Rows; by default the most that repeats none.")
    ] = None,
    repeat: Annotated[bool, typer.Option("--repeat", help="Take rows again if need be.")] = False,
    seed: Annotated[int, typer.Option(help="Of the rows and of their order.")] = 0,
) -> None:
    """Mix built sets by share: mix_train.jsonl, with nothing of any test side.

    Mix three sets in equal shares, as many rows as there are:

        python -m data_prep build mix data/next_event_train.jsonl data/reasoning_train.jsonl \\
            data/critique_train.jsonl

    Mix 5,000 rows, two thirds of them next-event:

        python -m data_prep build mix data/next_event_train.jsonl=2 data/critique_train.jsonl=1 \\
            --size 5000
    """
    named = [_part(text) for text in parts]
    folder = out or named[0].path.parent
    tell("mixed", folder, build_mix(named, folder, size=size, repeat=repeat, seed=seed))


def _part(text: str) -> Part:
    path, equals, share = text.rpartition("=")
    if not equals:
        return Part(Path(text), 1.0)
    try:
        return Part(Path(path), float(share))
    except ValueError as error:
        raise UserError("a set and its share are written FILE=NUMBER", seen=text) from error

"""The sets of questions and answers about whole videos: open, and as multiple choice."""

from collections.abc import Callable, Iterator
from pathlib import Path

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.reading import MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.options import draw_letter, place_answer
from data_prep.prompts import choice_prompt
from data_prep.records import Media, VideoQuestion

MADE_BY = "python -m data_prep import --help"
Ask = Callable[[VideoQuestion, Origin, Media, Sides], Made]


def build_open_qa(questions: Path, out: Path, *, sides: Sides) -> BuildReport:
    """Write `open_qa_train.jsonl` and `open_qa_test.jsonl`: the question, answered in words.

    Questions that come with options are asked without them.

    Args:
        questions: a `questions.jsonl`.
        out: the folder to write to; it must hold the videos.
        sides: how videos come to train and test.

    Raises:
        UserError: no question can be asked.
    """
    return _build("open_qa", questions, out, sides)


def build_choice_qa(questions: Path, out: Path, *, sides: Sides) -> BuildReport:
    """Write `choice_qa_train.jsonl` and `choice_qa_test.jsonl`: the question, answered by letter.

    The options come in a new random order, which is stored: in published sets the answer often
    stands where it stood when it was written.

    Raises:
        UserError: no question has options.
    """
    return _build("choice_qa", questions, out, sides)


def _build(name: str, questions: Path, out: Path, sides: Sides) -> BuildReport:
    build = Build(
        name=name,
        out=out,
        settings={
            "command": f"build {name.replace('_', '-')}",
            "test_share": sides.test_share,
            MADE_FROM: origin(questions),
        },
        seed=sides.seed,
        nothing="no question can be asked" + (" as multiple choice" if name == "choice_qa" else ""),
        fix=MADE_BY,
        expected=count_rows(questions),
    )
    ask = _choice if name == "choice_qa" else _open
    return write_set(build, _made(questions, out, sides, ask))


def _made(questions: Path, out: Path, sides: Sides, ask: Ask) -> Iterator[Made]:
    find = MediaFinder(questions.parent, out)
    for row in read_rows(questions, VideoQuestion, made_by=MADE_BY):
        if isinstance(row, LeftOut):
            yield row
            continue
        video = find(row.video)
        if isinstance(video, LeftOut):
            yield video
            continue
        side = sides.of(row.part, row.video_id)
        origin = Origin(row.id, row.video_id, side, row.source, row.license)
        yield ask(row, origin, video, sides)


def _open(row: VideoQuestion, origin: Origin, video: Media, sides: Sides) -> Made:
    return make(
        origin,
        task="open_qa",
        variant="open",
        question=row.question,
        answer=row.answer,
        videos=[video],
        provenance=f"question {row.id}, {row.kind or 'no kind'}",
    )


def _choice(row: VideoQuestion, origin: Origin, video: Media, sides: Sides) -> Made:
    if not row.options:
        return LeftOut("a question without options", row.id)
    if len(set(row.options)) != len(row.options) or not 2 <= len(row.options) <= 26:
        return LeftOut("options that are not 2 to 26 different ones", row.id)
    rng = sides.rng(row.id, "choice")
    letter = draw_letter(rng, len(row.options))
    wrong = [option for option in row.options if option != row.answer]
    options = place_answer(rng, row.answer, wrong, letter)
    return make(
        origin,
        task="choice_qa",
        variant="choice",
        question=choice_prompt(row.question, options),
        answer=letter,
        videos=[video],
        options=options,
        provenance=f"question {row.id}, {row.kind or 'no kind'}",
    )

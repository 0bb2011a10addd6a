"""Writing the page: choose rows, take pictures of their media, fill the template."""

import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from data_prep.cutting.split import Progress
from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Clip, Example, Media, Record
from data_prep.show.cards import Card, Panel, card_of, clipped, media_of, talk_of, wanted_by
from data_prep.show.html import keep_foreign, render, write_page
from data_prep.show.manifests import Contents, Reservoir, kind_of, read_contents, read_refusals
from data_prep.show.shots import Strip, Wanted, take
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.workers import Failure

MAKER = "show"
_TALKS = 4
Strips = dict[Wanted, Strip]


@dataclass(frozen=True)
class Shown:
    """What was written.

    Attributes:
        page: the file.
        kind: of the rows.
        rows: number of rows in the manifest.
        cards: number of them that are shown.
        talks: number of examples shown with them.
        gaps: media that could not be shown, with the reason.
        unlinked: examples, by set, that belong to no row of the manifest that is shown.
        size: of the page in bytes.
    """

    page: Path
    kind: str
    rows: int
    cards: int
    talks: int
    gaps: list[tuple[str, str]]
    unlinked: Counter[str]
    size: int


def show_manifest(
    manifest: Path,
    out: Path,
    *,
    limit: int,
    seed: int = 0,
    examples: Sequence[Path] = (),
    engine: Engine = POOL,
    progress: Progress | None = None,
) -> Shown:
    """Write one page that shows at most `limit` rows of `manifest`.

    Args:
        manifest: of clips, splits, pairs or examples.
        out: the page; only a page of this function is written over.
        limit: number of rows; more are chosen from by `seed`.
        seed: of the choice.
        examples: instruction sets, shown with the rows that they were built from.
        engine: where the pictures are taken, and how long one medium may take.
        progress: called with (media done, media in all).

    Raises:
        UserError: a manifest is not valid, or the page cannot be written.
    """
    keep_foreign(out, MAKER)
    contents = read_contents(manifest, limit=limit, seed=seed)
    cards = [card_of(row, manifest.parent) for row in contents.rows]
    unlinked: Counter[str] = Counter()
    for path in examples:
        unlinked[path.name] += _add_talks(path, contents.rows, cards, manifest.parent, seed)
    strips = _strips(cards, engine, progress)
    text = _render(manifest, contents, cards, strips, unlinked)
    write_page(out, text)
    gaps = [(_named(wanted), strip.gap) for wanted, strip in strips.items() if strip.gap]
    talks = sum(len(card.talks) for card in cards)
    return Shown(
        out,
        contents.kind,
        contents.total,
        len(cards),
        talks,
        gaps,
        unlinked,
        len(text.encode()),
    )


def _add_talks(
    path: Path, rows: Sequence[Record], cards: Sequence[Card], root: Path, seed: int
) -> int:
    """Give each card some of the examples of `path` that were built from it.

    Returns:
        The number of examples that belong to no card.
    """
    if kind_of(path) != "examples":
        raise UserError("--examples takes an instruction set", seen=path, fix="see build --help")
    owners: dict[str, int] = {}
    for place, row in enumerate(rows):
        for media in media_of(row):
            owners[_key(root, media)] = place
        if isinstance(row, Clip):
            owners[row.video_id or row.id] = place
    choices: dict[int, Reservoir] = {}
    unlinked = 0
    for example in read_manifest(path, Example, made_by="python -m data_prep build"):
        keys = [_key(path.parent, media) for media in (*example.videos, *example.images)]
        places = {owners[key] for key in [*keys, example.video_id] if key in owners}
        unlinked += not places
        for place in places:
            rng = random.Random(f"{seed}:{path.name}:{cards[place].id}")
            choices.setdefault(place, Reservoir(_TALKS, rng)).offer(example)
    for place, choice in choices.items():
        cards[place].talks += [talk_of(example, path.parent) for example in choice.chosen()]
        cards[place].more_talks += choice.seen - len(choice.chosen())
    return unlinked


def _key(root: Path, media: Media) -> str:
    name = media if isinstance(media, str) else media[0] if media else ""
    return os.path.normpath(root.absolute() / name)


def _named(wanted: Wanted) -> str:
    return wanted.media if isinstance(wanted.media, str) else ", ".join(wanted.media[:1])


def _strips(cards: Sequence[Card], engine: Engine, progress: Progress | None) -> Strips:
    wanted = wanted_by(cards)
    strips: Strips = {}
    with closing(run_isolated(take, wanted, engine)) as results:
        for count, done in enumerate(results, start=1):
            result = done.result
            if isinstance(result, Failure):
                result = Strip(gap=f"{result.kind}: {result.reason}")
            strips[done.item] = result
            if progress is not None:
                progress(count, len(wanted))
    return {item: strips[item] for item in wanted}


def _render(
    manifest: Path,
    contents: Contents,
    cards: Sequence[Card],
    strips: Strips,
    unlinked: Counter[str],
) -> str:
    def strip_of(panel: Panel) -> Strip:
        return strips[panel.wanted] if panel.wanted else Strip(gap="not distributed")

    report, refusals = read_refusals(manifest, contents.kind)
    settings = {
        name: clipped(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in sorted(contents.meta.get("settings", {}).items())
    }
    return render(
        "page.html",
        packages=("data_prep.show",),
        made_by=MAKER,
        manifest=manifest.name,
        contents=contents,
        settings=settings,
        seed=contents.meta.get("seed"),
        report=report,
        refusals=refusals,
        cards=cards,
        unlinked=unlinked,
        strip_of=strip_of,
        is_text=lambda piece: isinstance(piece, str),
    )

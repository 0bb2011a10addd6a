"""The whole check of an SFT recipe: settings, sets, lengths, and what evaluation will show."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from data_prep.checking import comparing
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.finding import Finding
from data_prep.checking.lengths import Lengths
from data_prep.checking.llamafactory_host import RowCounter, check_keys
from data_prep.checking.processors import NotAtHand, processor_folder
from data_prep.checking.rows import count_lines
from data_prep.checking.sft import (
    SftSet,
    bound,
    check_sets,
    check_settings,
    cutoff_of,
)
from data_prep.checking.stand_in import stand_in
from data_prep.errors import UserError
from data_prep.steps.progress import progress_bar

_SHOWN_EVERY = 64


def check_sft(recipe: Mapping[str, Any], asked: Asked, checked: Checked) -> None:
    """Check a recipe for LLaMA-Factory and add what is found to `checked`."""
    checked.findings += check_settings(recipe)
    try:
        checked.findings += check_keys(recipe)
    except NotAtHand as error:
        checked.notes.append(f"unknown settings were not looked for: {error}")
    sets: list[SftSet] = []
    checked.findings += check_sets(recipe, sets)
    with ExitStack() as stack:
        folder: Path | None = None
        why = ""
        try:
            folder = processor_folder(
                str(recipe.get("model_name_or_path") or ""), download=asked.download
            )
        except NotAtHand as error:
            why = str(error)
        shown = folder or stack.enter_context(stand_in())
        host: RowCounter | None = None
        for each in sets:
            counter, reason = None, why
            try:
                host = RowCounter(recipe, each.entry.name, shown)
                counter = host if folder is not None else None
            except NotAtHand as error:
                reason = why or str(error)
            lengths = Lengths(
                each.entry.name, "cutoff_len", cutoff_of(recipe), counter is not None, reason
            )
            checked.lengths.append(lengths)
            checked.findings += _count(recipe, each, counter, lengths)
        if host is not None:
            comparing.sights(asked, checked, _clips(sets), shown, host.grid)
    rows = [(each.entry.path, each.media) for each in sets]
    checked.findings += comparing.overlap(asked, rows, checked)


def _count(
    recipe: Mapping[str, Any], each: SftSet, counter: RowCounter | None, lengths: Lengths
) -> Iterator[Finding]:
    total = count_lines(each.entry.path)
    with progress_bar("counting tokens") as progress:
        for done, row in enumerate(each.sound_rows()):
            if done % _SHOWN_EVERY == 0:
                progress(done, total)
            if counter is None:
                try:
                    vision, text = bound(recipe, each, row)
                except UserError:
                    return  # the limits of the media are told among the settings
                lengths.add(row.where, vision + text)
                if vision + text > lengths.most:
                    yield _may_not_fit(row.where, vision, text, lengths.most)
                continue
            try:
                tokens = counter.count(row.columns)
            except Exception as error:  # whatever LLaMA-Factory raises is the finding
                told = str(error).strip().splitlines() or [type(error).__name__]
                yield Finding(
                    row.where, f"LLaMA-Factory does not take it: {told[0]}", "build the set again"
                )
                continue
            lengths.add(row.where, tokens)
            if tokens > lengths.most:
                yield Finding(
                    row.where,
                    f"{tokens} tokens for cutoff_len {lengths.most}; what is cut off may be video "
                    "tokens, and training would stop",
                    f"cutoff_len={tokens}, or a smaller vision budget",
                    excess=tokens - lengths.most,
                )


def _may_not_fit(where: str, vision: int, text: int, cutoff: int) -> Finding:
    return Finding(
        where,
        f"{vision} vision tokens and up to {text} of text may not fit into cutoff_len {cutoff}; "
        "vision tokens would be cut off and training would stop",
        f"cutoff_len={vision + text}, or a smaller vision budget",
        "breaks" if vision >= cutoff else "warns",
        excess=vision + text - cutoff,
    )


def _clips(sets: list[SftSet]) -> list[Path]:
    return [
        each.media / files[0]
        for each in sets
        for files, size in each.sizes.items()
        if len(files) == 1 and Path(files[0]).suffix == ".mp4" and not isinstance(size, str)
    ]

"""The whole check of a GRPO recipe: settings, rows, lengths, and what evaluation will show."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from data_prep.checking import comparing
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.easyr1_probe import probe
from data_prep.checking.easyr1_rows import EasyR1Set, bound
from data_prep.checking.easyr1_sizes import size
from data_prep.checking.finding import Finding
from data_prep.checking.grpo import check_sets, check_settings, flat
from data_prep.checking.lengths import Lengths
from data_prep.checking.processors import NotAtHand, processor_folder
from data_prep.checking.qwen_host import PromptCounter, easyr1_sight
from data_prep.checking.rows import count_lines
from data_prep.checking.stand_in import stand_in
from data_prep.steps.progress import progress_bar

_SHOWN_EVERY = 64
_LIMIT = "data.max_prompt_length"


def check_grpo(recipe: Mapping[str, Any], asked: Asked, checked: Checked) -> None:
    """Check a recipe for EasyR1 and add what is found to `checked`."""
    settings = dict(flat(recipe))
    checked.findings += check_settings(settings)
    sets: list[EasyR1Set] = []
    checked.findings += check_sets(settings, sets)
    with ExitStack() as stack:
        folder: Path | None = None
        counter: PromptCounter | None = None
        why = ""
        try:
            model = str(settings.get("worker.actor.model.model_path") or "")
            folder = processor_folder(model, download=asked.download)
            if sets:
                counter = PromptCounter(settings, folder)
        except NotAtHand as error:
            why = str(error)
        for each in sets:
            lengths = Lengths(
                each.path.stem, _LIMIT, size(settings, _LIMIT), counter is not None, why
            )
            checked.lengths.append(lengths)
            checked.findings += _count(each, counter, lengths)
        _compare(settings, asked, checked, sets, folder or stack.enter_context(stand_in()))
    training = [(each.path, each.root) for each in sets[:1]]
    validation = [(each.path, each.root) for each in sets[1:]]
    checked.findings += comparing.overlap(asked, training, checked, validation)
    if asked.easyr1 is not None and not checked.breaks:
        found, told = probe(asked.easyr1, checked.recipe, asked.overrides)
        checked.findings += found
        checked.notes += [told] if told else []


def _count(each: EasyR1Set, counter: PromptCounter | None, lengths: Lengths) -> Iterator[Finding]:
    total = count_lines(each.path)
    with progress_bar("counting tokens") as progress:
        for done, row in enumerate(each.sound_rows()):
            if done % _SHOWN_EVERY == 0:
                progress(done, total)
            if counter is None:
                tokens = bound(each, row)
            else:
                try:
                    tokens = counter.count(each.prompt(row), *each.media(row))
                except Exception as error:  # whatever the libraries raise is the finding
                    told = str(error).strip().splitlines() or [type(error).__name__]
                    yield Finding(row.where, f"EasyR1 would not load it: {told[0]}", "cut it again")
                    continue
            lengths.add(row.where, tokens)
            if tokens > lengths.most:
                yield Finding(
                    row.where,
                    f"{'' if lengths.exact else 'up to '}{tokens} tokens for {_LIMIT} "
                    f"{lengths.most}; EasyR1 would leave it out",
                    f"{_LIMIT}={tokens}",
                    "breaks" if lengths.exact else "warns",
                    excess=tokens - lengths.most,
                )


def _compare(
    settings: Mapping[str, Any],
    asked: Asked,
    checked: Checked,
    sets: list[EasyR1Set],
    folder: Path,
) -> None:
    clips = [
        each.root / files[0]
        for each in sets
        for files, seen in each.sizes.items()
        if len(files) == 1
        and Path(files[0]).suffix.lower() not in {".jpg", ".jpeg", ".png"}
        and not isinstance(seen, str)
    ]
    if not clips:
        return
    try:
        sight = easyr1_sight(settings, folder)
    except NotAtHand as error:
        checked.notes.append(f"what training shows of a clip was not looked at: {error}")
        return
    comparing.sights(asked, checked, clips, folder, sight.clip)

"""Checking an SFT recipe and its sets before anything is trained.

Each check stands for a way in which LLaMA-Factory would fail late or, worse, silently train on
something else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding
from data_prep.checking.media import (
    Files,
    Size,
    as_files,
    examine_all,
    image_budget,
    video_budget,
)
from data_prep.checking.recipes import is_local
from data_prep.checking.rows import Row, read_rows
from data_prep.checking.sft_rows import FIX, Entry, Found, check_row, check_rows, turns
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO, ENTRY, read_dataset_info

STAGES = ("pt", "sft", "rm", "ppo", "dpo", "kto")
TEMPLATE = "qwen2_vl"
CUTOFF = 2048


@dataclass
class SftSet:
    """A set of a recipe: how it is declared, and the size of its media or what is wrong."""

    entry: Entry
    media: Path
    sizes: dict[Files, Size | str] = field(default_factory=dict)

    def sound_rows(self) -> Iterator[Row]:
        """Yield the rows with which nothing is wrong, nor with their media."""
        for row in read_rows(self.entry.path, FIX):
            if isinstance(row, Finding):
                continue
            media = Found()
            wrong = any(check_row(self.entry, row, media))
            if not wrong and all(isinstance(self.sizes.get(each), Size) for each in media.files):
                yield row


def check_settings(recipe: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the settings that LLaMA-Factory's parser takes as they are."""
    stage = recipe.get("stage")
    if stage not in STAGES:
        yield Finding("stage", f"LLaMA-Factory knows no stage {stage!r}", f"one of {STAGES}")
    if recipe.get("template") != TEMPLATE:
        yield Finding(
            "template",
            f"Qwen2.5-VL is trained with {TEMPLATE}, the recipe says {recipe.get('template')!r}",
            f"template: {TEMPLATE}",
        )
    if not names_of(recipe.get("dataset")):
        yield Finding("dataset", "the recipe names no data set", "dataset: next_event_train")
    model = str(recipe.get("model_name_or_path") or "")
    if is_local(model) and not Path(model).is_dir():
        yield Finding("model_name_or_path", f"there is no folder {model}", "train or copy it first")
    if recipe.get("bf16") and recipe.get("use_cpu") is None and not _has_gpu():
        yield Finding("bf16", "bf16 is refused without a GPU", "add use_cpu=true bf16=false")
    if recipe.get("streaming") and not recipe.get("max_steps"):
        yield Finding("streaming", "a streamed set has no known length", "add max_steps")
    deepspeed = recipe.get("deepspeed")
    if deepspeed and not Path(str(deepspeed)).is_file():
        yield Finding(
            "deepspeed", f"there is no file {deepspeed}", "recipes/sft/deepspeed_zero3.json"
        )
    if not isinstance(recipe.get("cutoff_len", CUTOFF), int):
        yield Finding("cutoff_len", f"{recipe['cutoff_len']!r} is no whole number", "2048")
    for budget in (video_budget, image_budget):
        try:
            budget(recipe)
        except UserError as error:
            yield Finding("vision", str(error), "the numbers of recipes/vision.yaml")


def check_sets(recipe: Mapping[str, Any], sets: list[SftSet]) -> Iterator[Finding]:
    """Yield what is wrong with the sets of a recipe; those that can be read are added to `sets`."""
    folder = Path(recipe.get("dataset_dir") or "data")
    entries = read_dataset_info(folder)
    for name in names_of(recipe.get("dataset")):
        if name not in entries:
            known = ", ".join(sorted(entries)) or "none"
            yield Finding(
                f"dataset: {name}",
                f"{folder / DATASET_INFO} declares no set of this name (declared: {known})",
                f"build it: python -m data_prep build next-event SPLITS --out {folder}",
            )
            continue
        yield from _check_entry(name, entries[name])
        entry = Entry.of(name, folder, entries[name])
        if not entry.path.is_file():
            yield Finding(str(entry.path), "there is no such file", FIX)
            continue
        if entry.path.suffix != ".jsonl":
            yield Finding(
                str(entry.path), "only JSON-lines sets are looked into", "write .jsonl", "warns"
            )
            continue
        found = Found()
        yield from check_rows(entry, found)
        each = SftSet(entry, Path(recipe.get("media_dir") or folder))
        yield from _check_media(recipe, each, found)
        sets.append(each)


def names_of(value: object) -> list[str]:
    """Return the names of a setting that is a list or is separated by commas."""
    listed = value if isinstance(value, list) else str(value or "").split(",")
    return [str(name).strip() for name in listed if str(name).strip()]


def cutoff_of(recipe: Mapping[str, Any]) -> int:
    """Return the most tokens of a row, LLaMA-Factory's default where the recipe names none."""
    value = recipe.get("cutoff_len")
    return value if isinstance(value, int) else CUTOFF


def bound(recipe: Mapping[str, Any], each: SftSet, row: Row) -> tuple[int, int]:
    """Return the vision tokens of a row and the most tokens that its text may have.

    A byte-level tokenizer never needs more tokens than bytes; the marks of the turns and the
    default system prompt come on top.
    """
    videos, pictures = video_budget(recipe), image_budget(recipe)
    vision = 0
    for kind in ("videos", "images"):
        for item in each.entry.media(row, kind):
            size = each.sizes[as_files(item)]
            assert isinstance(size, Size), "a row with broken media has no length"
            if kind == "images":
                vision += videos.tokens(1, *pictures.size(size.width, size.height))
            else:
                vision += videos.tokens(size.frames, size.width, size.height)
    text = sum(len(content.encode()) + 8 for _, content in turns(each.entry, row)) + 40
    return vision, text


def _has_gpu() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*"))


def _check_entry(name: str, entry: Mapping[str, Any]) -> Iterator[Finding]:
    where = f"{DATASET_INFO}: {name}"
    if entry.get("formatting") != ENTRY["formatting"]:
        yield Finding(
            where,
            f"formatting {entry.get('formatting')!r}: alpaca has no turns, and openai puts a "
            "system prompt of its own into every row",
            "formatting: sharegpt",
        )
    tags = entry.get("tags") or {}
    missing = [tag for tag in ENTRY["tags"] if tag not in tags]
    if missing:
        yield Finding(
            where,
            f"tags without {', '.join(missing)}: LLaMA-Factory sets them to None and drops rows",
            "declare all five tags",
        )


def _check_media(recipe: Mapping[str, Any], each: SftSet, found: Found) -> Iterator[Finding]:
    try:
        most = video_budget(recipe).max_frames
    except UserError:
        most = None  # told among the settings
    each.sizes = examine_all(each.media, found.files, most_frames=most, by_header=True)
    for files, seen in each.sizes.items():
        if isinstance(seen, str):
            place = files[0] if files else each.entry.path.name
            yield Finding(place, seen, "cut it again: python -m data_prep split")

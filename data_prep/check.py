"""Checking an SFT recipe and its data before anything is trained.

Each check stands for a way in which LLaMA-Factory would fail late or, worse, silently train on
something else.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO, ENTRY, read_dataset_info
from data_prep.manifest import read_manifest
from data_prep.records import Example
from data_prep.video import UnreadableVideo, declared_frames, frames
from data_prep.vision import GRID, VisionBudget

STAGES = ("pt", "sft", "rm", "ppo", "dpo", "kto")
TEMPLATE = "qwen2_vl"
ROW_LIMIT = 20


@dataclass(frozen=True)
class Finding:
    """One thing that would break training: where, what, and what to do."""

    where: str
    wrong: str
    fix: str


def load_recipe(path: Path, overrides: Sequence[str]) -> dict[str, Any]:
    """Read a recipe and apply `key=value` overrides, as `llamafactory-cli` does.

    Raises:
        UserError: no such recipe, not a YAML mapping, or an override without `=`.
    """
    if not path.is_file():
        known = sorted(str(found) for found in Path("recipes").glob("*/*.yaml"))
        raise UserError(
            "no such recipe", seen=path, fix=f"one of: {', '.join(known) or 'none here'}"
        )
    try:
        recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {error}") from error
    if not isinstance(recipe, dict):
        raise UserError(f"{path} must be a mapping of settings", seen=type(recipe).__name__)
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise UserError("an override is written key=value", seen=override)
        recipe[key] = yaml.safe_load(value)
    return recipe


def check_recipe(recipe: dict[str, Any]) -> Iterator[Finding]:
    """Yield everything found wrong with a recipe and the rows and clips that it would train on."""
    yield from _check_settings(recipe)
    folder = Path(recipe.get("dataset_dir") or "data")
    entries = read_dataset_info(folder)
    for name in _names(recipe.get("dataset")):
        if name not in entries:
            known = ", ".join(sorted(entries)) or "none"
            yield Finding(
                where=f"dataset: {name}",
                wrong=f"{folder / DATASET_INFO} declares no set of this name (declared: {known})",
                fix="build it: python -m data_prep build next-event SPLITS --out " + str(folder),
            )
            continue
        yield from _check_entry(name, entries[name])
        yield from _check_rows(recipe, folder, folder / entries[name].get("file_name", ""))


def report_findings(recipe: Path, findings: Sequence[Finding]) -> UserError:
    """Return the error that tells all findings, at most `ROW_LIMIT` of them in full."""
    lines = [f"{found.where}: {found.wrong}\n      -> {found.fix}" for found in findings]
    if len(lines) > ROW_LIMIT:
        lines = [*lines[:ROW_LIMIT], f"and {len(lines) - ROW_LIMIT} more"]
    return UserError("\n  ".join([f"{recipe} would not train as it should:", *lines]))


def _names(value: object) -> list[str]:
    listed = value if isinstance(value, list) else str(value or "").split(",")
    return [str(name).strip() for name in listed if str(name).strip()]


def _check_settings(recipe: dict[str, Any]) -> Iterator[Finding]:
    stage = recipe.get("stage")
    if stage not in STAGES:
        yield Finding("stage", f"LLaMA-Factory knows no stage {stage!r}", f"one of {STAGES}")
    if recipe.get("template") != TEMPLATE:
        yield Finding(
            "template",
            f"Qwen2.5-VL is trained with {TEMPLATE}, the recipe says {recipe.get('template')!r}",
            f"template: {TEMPLATE}",
        )
    if not _names(recipe.get("dataset")):
        yield Finding("dataset", "the recipe names no data set", "dataset: next_event_train")
    model = str(recipe.get("model_name_or_path", ""))
    if model.startswith((".", "/", "runs/", "data_prep/")) and not Path(model).is_dir():
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


def _has_gpu() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*"))


def _check_entry(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    where = f"{DATASET_INFO}: {name}"
    if entry.get("formatting") != ENTRY["formatting"]:
        yield Finding(
            where,
            f"formatting {entry.get('formatting')!r}: alpaca has no turns, and openai puts a "
            "system prompt of its own into every row",
            "formatting: sharegpt",
        )
    tags = entry.get("tags", {})
    missing = [tag for tag in ENTRY["tags"] if tag not in tags]
    if missing:
        yield Finding(
            where,
            f"tags without {', '.join(missing)}: LLaMA-Factory sets them to None and drops rows",
            "declare all five tags",
        )


def _check_rows(recipe: dict[str, Any], folder: Path, path: Path) -> Iterator[Finding]:
    media = Path(recipe.get("media_dir") or folder)
    try:
        rows = list(read_manifest(path, Example, made_by="python -m data_prep build next-event"))
    except UserError as error:
        yield Finding(str(path), str(error), "build the set again")
        return
    if not rows:
        yield Finding(str(path), "the set has no rows", "build it from more clips")
    clips = sorted({video for row in rows for video in row.videos if isinstance(video, str)})
    with ThreadPoolExecutor() as pool:
        examined = dict(
            zip(clips, pool.map(lambda clip: _examine(media / clip), clips), strict=True)
        )
    for clip, seen in examined.items():
        if isinstance(seen, str):
            yield Finding(clip, seen, "cut it again: python -m data_prep split")
    cutoff = int(recipe.get("cutoff_len", 2048))
    budget = _budget(recipe)
    for row in rows:
        sizes = [examined[video] for video in row.videos if isinstance(video, str)]
        tokens = sum(budget.tokens(*size) for size in sizes if not isinstance(size, str))
        # A byte-level tokenizer never needs more tokens than bytes, so this bound is safe; the
        # marks of a turn and the default system prompt come on top.
        text = sum(len(message.content.encode()) + 8 for message in row.messages) + 40
        if tokens + text > cutoff:
            yield Finding(
                row.id,
                f"{tokens} video tokens and up to {text} of text may not fit into cutoff_len "
                f"{cutoff}; video tokens would be cut off and training would stop",
                f"cutoff_len: {tokens + text}, or a smaller vision budget",
            )


def _budget(recipe: dict[str, Any]) -> VisionBudget:
    try:
        return VisionBudget(
            fps=recipe.get("video_fps", 2.0),
            max_frames=recipe.get("video_maxlen", 128),
            min_pixels=max(GRID**2, recipe.get("video_min_pixels", GRID**2)),
            max_pixels=recipe.get("video_max_pixels", 65536),
        )
    except ValidationError as error:
        raise UserError(f"the recipe's video settings are out of range: {error}") from error


def _examine(path: Path) -> tuple[int, int, int] | str:
    """Return (frames, width, height) of a clip, or what is wrong with it."""
    if not path.is_file():
        return f"there is no file {path}"
    if path.suffix.lower() != ".mp4":
        return (
            f"{path.suffix} has no frame count; its first frames would be taken, whatever the rate"
        )
    try:
        promised = declared_frames(path)
        size, count = (0, 0), 0
        for _, image in frames(path):
            size, count = (image.width, image.height), count + 1
    except UnreadableVideo as error:
        return f"cannot be read: {error}"
    if promised != count:
        return f"the header promises {promised} frames, {count} decode: a stream copy?"
    return count, *size

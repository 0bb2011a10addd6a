"""Checking an SFT recipe and its data before anything is trained.

Each check stands for a way in which LLaMA-Factory would fail late or, worse, silently train on
something else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data_prep.builders.writing import carrier_of
from data_prep.checking.media import (
    Files,
    Size,
    as_files,
    examine_all,
    image_budget,
    video_budget,
)
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO, ENTRY, read_dataset_info
from data_prep.manifest import read_manifest
from data_prep.records import Example

STAGES = ("pt", "sft", "rm", "ppo", "dpo", "kto")
TEMPLATE = "qwen2_vl"
ROW_LIMIT = 20
MADE_BY = "python -m data_prep build next-event"


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
        yield from _check_rows(recipe, name, folder, entries[name])


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


def _check_rows(
    recipe: dict[str, Any], name: str, folder: Path, entry: dict[str, Any]
) -> Iterator[Finding]:
    path = folder / entry.get("file_name", "")
    try:
        media = _media_of(path)
    except UserError as error:
        yield Finding(str(path), str(error), "build the set again")
        return
    if not media.rows:
        yield Finding(str(path), "the set has no rows", "build it from more clips")
    if len(media.columns) > 1:
        yield Finding(
            str(path),
            f"rows with {' and rows with '.join(sorted(media.columns))}: a column has one type",
            "build one set for each",
        )
    for column in {"images" if kind == "images" else "videos" for kind in media.columns}:
        if column not in entry.get("columns", {}):
            yield Finding(
                f"{DATASET_INFO}: {name}",
                f"no column for the {column} of the rows: their marks would stand for nothing",
                f'"{column}": "{column}" among the columns, or build the set again',
            )
    root = Path(recipe.get("media_dir") or folder)
    budget = video_budget(recipe)
    examined = examine_all(root, media.files, budget)
    for place, seen in examined.items():
        if isinstance(seen, str):
            yield Finding(place[0], seen, "cut it again: python -m data_prep split")
    yield from _check_lengths(recipe, path, examined)


def _check_lengths(
    recipe: dict[str, Any], path: Path, examined: Mapping[Files, Size | str]
) -> Iterator[Finding]:
    cutoff = int(recipe.get("cutoff_len", 2048))
    videos, pictures = video_budget(recipe), image_budget(recipe)
    for row in read_manifest(path, Example, made_by=MADE_BY):
        tokens = 0
        for media in (*row.videos, *row.images):
            size = examined[as_files(media)]
            if isinstance(size, str):
                continue
            if media in row.images:
                tokens += videos.tokens(1, *pictures.size(size.width, size.height))
            else:
                tokens += videos.tokens(size.frames, size.width, size.height)
        # A byte-level tokenizer never needs more tokens than bytes, so this bound is safe; the
        # marks of a turn and the default system prompt come on top.
        text = sum(len(message.content.encode()) + 8 for message in row.messages) + 40
        if tokens + text > cutoff:
            yield Finding(
                row.id,
                f"{tokens} vision tokens and up to {text} of text may not fit into cutoff_len "
                f"{cutoff}; vision tokens would be cut off and training would stop",
                f"cutoff_len: {tokens + text}, or a smaller vision budget",
            )


@dataclass
class _Media:
    """The media of a set: every file or list of files once, and the types of the rows' columns."""

    rows: int = 0
    columns: set[str] = field(default_factory=set)
    files: dict[Files, None] = field(default_factory=dict)


def _media_of(path: Path) -> _Media:
    found = _Media()
    for row in read_manifest(path, Example, made_by=MADE_BY):
        found.rows += 1
        carrier = carrier_of(row)
        if carrier != "no media":
            found.columns.add(carrier)
        for media in (*row.videos, *row.images):
            found.files.setdefault(as_files(media))
    return found

"""Versions of libraries that cannot work together, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from data_prep.checking.finding import Finding, Severity
from data_prep.checking.recipes import Kind

_ALL: frozenset[Kind] = frozenset({"sft", "grpo", "evaluation"})
_SFT: frozenset[Kind] = frozenset({"sft"})
_GRPO: frozenset[Kind] = frozenset({"grpo"})
_EVALUATION: frozenset[Kind] = frozenset({"evaluation"})
_MEND = "install the versions of constraints.txt: bash scripts/check.sh does so"
Version = tuple[int, ...]


@dataclass(frozen=True)
class Bound:
    """A library must be at least `low` and below `high`, for the kinds of recipe in `kinds`."""

    name: str
    why: str
    low: Version = (0,)
    high: Version | None = None
    but: Version | None = None
    kinds: frozenset[Kind] = _ALL
    severity: Severity = "breaks"


# Measured with the versions of constraints.txt and their neighbours.
BOUNDS = (
    Bound(
        "transformers",
        "EasyR1 imports names that version 5 has no more, and reads none of its checkpoints",
        low=(4, 54),
        high=(5,),
        kinds=_GRPO,
    ),
    Bound(
        "transformers",
        "a checkpoint saved by version 5 loads neither in EasyR1 nor in TRL 0.24",
        low=(4, 55),
        high=(5,),
        kinds=frozenset({"sft", "evaluation"}),
    ),
    Bound("transformers", "LLaMA-Factory excludes it", but=(4, 57, 0), kinds=_SFT),
    Bound("omegaconf", "2.4 refuses EasyR1's configuration classes", high=(2, 4), kinds=_GRPO),
    Bound("datasets", "LLaMA-Factory 0.9.5 takes no later one", high=(4, 0, 1), kinds=_SFT),
    Bound("trl", "LLaMA-Factory 0.9.5 takes no later one", high=(0, 25), kinds=_SFT),
    Bound("av", "lmms-eval takes no later one", high=(16,), kinds=_EVALUATION),
    Bound(
        "llamafactory",
        "the recipes are tested with 0.9.5",
        low=(0, 9, 5),
        high=(0, 9, 6),
        kinds=_SFT,
        severity="warns",
    ),
    Bound(
        "lmms-eval",
        "the tasks are tested with 0.7.3",
        low=(0, 7, 3),
        high=(0, 7, 4),
        kinds=_EVALUATION,
        severity="warns",
    ),
)
# qwen-vl-utils falls back to a reader that torchvision has no more.
_READERS = ("torchcodec", "decord")


def installed_versions(packages: Path | None = None) -> dict[str, str]:
    """Return the version of every library here, or of those in the folder `packages`."""
    found: dict[str, str] = {}
    listed = distributions() if packages is None else distributions(path=[str(packages)])
    for each in listed:
        _add(found, each)
    return found


def _add(found: dict[str, str], each: Distribution) -> None:
    name = each.metadata["Name"]
    if name:
        # The first on the path is the one that is imported.
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), each.version)


def packages_of(easyr1: Path) -> Path | None:
    """Return where the environment inside EasyR1's folder keeps its libraries, if it has one."""
    return next(iter(sorted(easyr1.glob(".venv/lib/python*/site-packages"))), None)


def check_versions(versions: Mapping[str, str], kind: Kind) -> Iterator[Finding]:
    """Yield the libraries among `versions` that cannot work with what a recipe needs."""
    for bound in BOUNDS:
        told = versions.get(bound.name)
        if told is None or kind not in bound.kinds:
            continue
        version = parse(told)
        too_high = bound.high is not None and version >= bound.high
        if version < bound.low or too_high or version == bound.but:
            yield Finding(f"{bound.name} {told}", bound.why, _MEND, bound.severity)
    yield from _check_torch(versions)
    if "qwen-vl-utils" in versions and not any(name in versions for name in _READERS):
        yield Finding(
            "qwen-vl-utils",
            "neither torchcodec nor decord is installed: no video can be read",
            _MEND,
        )


def _check_torch(versions: Mapping[str, str]) -> Iterator[Finding]:
    torch = versions.get("torch")
    if torch is None:
        return
    version = parse(torch)
    # torchaudio has torch's number; torchvision 0.26 belongs to torch 2.11, 0.27 to 2.12.
    partners = {"torchaudio": version[:2], "torchvision": (0, version[1] + 15)}
    for name, expected in partners.items():
        told = versions.get(name)
        if told is None:
            continue
        if parse(told)[:2] != expected or _build(told) != _build(torch):
            yield Finding(
                f"{name} {told}", f"is not of one build with torch {torch}: imports fail", _MEND
            )


def parse(version: str) -> Version:
    """Return the numbers of a version: `4.57.6` and `4.57.6+cu130` as (4, 57, 6)."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in release[0].split(".")) if release else (0,)


def _build(version: str) -> str:
    return version.partition("+")[2]

"""Libraries that cannot work together are named, those that are tested together are not."""

from pathlib import Path

import pytest

from data_prep.checking.recipes import Kind
from data_prep.checking.versions import (
    check_versions,
    installed_versions,
    packages_of,
    parse,
)

ROOT = Path(__file__).parents[1]
KINDS: tuple[Kind, ...] = ("sft", "grpo", "evaluation")


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_tested_set_of_versions_has_no_finding(kind: Kind) -> None:
    assert list(check_versions(constraints(), kind)) == []


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("grpo", {"transformers": "5.6.0"}, "transformers 5.6.0: EasyR1 imports names"),
        ("grpo", {"transformers": "4.53.1"}, "EasyR1 imports names"),
        ("sft", {"transformers": "5.0.0rc1"}, "saved by version 5"),
        ("sft", {"transformers": "4.57.0"}, "LLaMA-Factory excludes it"),
        ("grpo", {"omegaconf": "2.4.0"}, "refuses EasyR1's configuration classes"),
        ("sft", {"datasets": "4.7.0"}, "LLaMA-Factory 0.9.5 takes no later one"),
        ("sft", {"trl": "1.16.0"}, "LLaMA-Factory 0.9.5 takes no later one"),
        ("sft", {"llamafactory": "0.9.6"}, "tested with 0.9.5"),
        ("evaluation", {"lmms-eval": "0.8"}, "tested with 0.7.3"),
        ("evaluation", {"av": "16.0.1"}, "lmms-eval takes no later one"),
        ("sft", {"torchvision": "0.25.0"}, "not of one build with torch 2.11.0"),
        ("sft", {"torch": "2.11.0+cu130"}, "not of one build"),
        ("grpo", {"decord": "", "torchcodec": ""}, "no video can be read"),
    ],
)
def test_a_version_that_does_not_fit_is_named(
    kind: Kind, changes: dict[str, str], says: str
) -> None:
    versions = {name: to for name, to in {**constraints(), **changes}.items() if to}
    told = [f"{found.where}: {found.wrong}" for found in check_versions(versions, kind)]
    assert any(says in line for line in told), told


def test_what_is_not_installed_is_no_finding() -> None:
    for kind in KINDS:
        assert list(check_versions({"torch": "2.11.0"}, kind)) == []


def test_versions_are_read_from_this_environment_and_from_easyr1s(tmp_path: Path) -> None:
    assert {"typer", "pydantic", "pyyaml"} <= set(installed_versions())
    assert packages_of(tmp_path) is None
    packages = tmp_path / ".venv/lib/python3.11/site-packages"
    info = packages / "Some_Library-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Some_Library\nVersion: 1.2\n")
    assert packages_of(tmp_path) == packages
    assert installed_versions(packages) == {"some-library": "1.2"}


def test_a_version_is_read_by_its_numbers() -> None:
    assert parse("4.57.6") == parse("4.57.6+cu130") == (4, 57, 6)
    assert parse("5.0.0rc1") == (5, 0, 0)
    assert parse("unknown") == (0,)

"""The wording of every instruction set, as it stands in the rows."""

from pathlib import Path

import pytest
import sets
from test_build_sets import SETS, build_all

from data_prep.builders.making import Sides

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wording")
    build_all(folder, Sides(0.0, seed=0))
    return folder


@pytest.mark.parametrize("name", SETS)
def test_the_first_rows_of_a_set_read_as_before(folder: Path, name: str) -> None:
    rows = sets.built(folder, name)["train"][:4]
    told = [f"== {turn.role}\n{turn.content}\n" for row in rows for turn in row.messages]
    golden = GOLDEN / f"set_{name}.txt"
    assert golden.is_file(), f"write what the rows say to {golden}:\n\n{''.join(told)}"
    assert "".join(told) == golden.read_text()

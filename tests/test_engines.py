"""Pool or Ray: the same results, a lost process costs its item only, and what cannot run tells."""

import importlib.util
import multiprocessing
import os
import signal
import sys
import types
from collections.abc import Iterator
from multiprocessing import resource_tracker, spawn
from pathlib import Path

import clips
import kills
import pytest
from test_split import BUDGET, behave

from data_prep import workers
from data_prep.cutting.settings import Settings
from data_prep.cutting.split import split_clips
from data_prep.errors import UserError
from data_prep.scanning.scan import scan_folder
from data_prep.steps.engine import POOL, Engine, run_isolated


@pytest.fixture(scope="module")
def ray() -> Iterator[Engine]:
    """Ray on this machine, started by the first run and kept for all tests of this file."""
    module = pytest.importorskip("ray")
    engine = Engine("ray", workers=2, timeout=60)
    from data_prep.steps import cluster

    with cluster._connected(engine):
        yield engine
    assert not module.is_initialized()


def test_what_no_engine_can_do() -> None:
    for wrong in ({"workers": 0}, {"workers": -1}, {"timeout": 0}):
        with pytest.raises(UserError, match="must be"):
            Engine(**wrong)
    with pytest.raises(UserError, match="--engine ray --address head:6379"):
        Engine(address="head:6379")


def test_without_ray_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install 'videoreason\[scale\]'"):
        list(run_isolated(behave, ["a"], Engine("ray")))


@pytest.mark.usefixtures("ray")
def test_a_crash_and_a_hang_cost_one_item_each_on_ray() -> None:
    items = ["a", "crash", "b", "hang", "c", "raise", "d"]
    engine = Engine("ray", workers=2, timeout=5)
    done = {d.item: d.result for d in run_isolated(behave, items, engine)}
    assert [done[item] for item in "abcd"] == ["A", "B", "C", "D"]
    kinds = {item: done[item].kind for item in ("crash", "hang", "raise")}
    assert kinds == {"crash": "crash", "hang": "timeout", "raise": "error"}
    assert done["crash"].reason == "the process that read it died (exit code -6)"
    assert isinstance(done["raise"].error, OSError)


def lose_the_ray_worker(marker: Path) -> str:
    """Kill the owner of this process: once where the marker's folder exists, else always."""
    if not marker.exists():
        if marker.parent.exists():
            marker.touch()
        os.kill(os.getppid(), signal.SIGKILL)
    return marker.name


def test_a_lost_ray_worker_costs_its_items_only(ray: Engine, tmp_path: Path) -> None:
    (tmp_path / "known").touch()
    items = [tmp_path / "once", tmp_path / "gone" / "always", tmp_path / "known"]
    done = {d.item.name: d.result for d in run_isolated(lose_the_ray_worker, items, ray)}
    assert (done["once"], done["known"]) == ("once", "known")
    assert done["always"].kind == "crash"
    assert "lost, twice" in done["always"].reason


def test_ray_draws_items_as_they_are_needed(ray: Engine) -> None:
    drawn = []

    def items() -> Iterator[str]:
        for number in range(1000):
            drawn.append(number)
            yield str(number)

    results = run_isolated(behave, items(), ray)
    assert next(results).result in {"0", "1", "2", "3"}
    results.close()
    assert len(drawn) < 50


def test_scan_and_split_write_the_same_bytes_on_ray(
    ray: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for name, engine in (("pool", Engine(workers=1)), ("ray", ray)):
        folder = tmp_path / name / "videos"
        folder.mkdir(parents=True)
        for number in range(4):
            clips.write(folder / f"{number}.mp4", fps=6 + number)
        (folder / "x.mp4").write_text("no")
        # Workers need not stand in the folder in which the command was typed.
        monkeypatch.chdir(folder.parent)
        scan_folder(Path("videos"), engine=Engine(engine.name, workers=engine.workers, timeout=60))
        split_clips(Path("videos/clips.jsonl"), Path("out"), Settings(BUDGET), engine=engine)
        found[name] = kills.files(tmp_path / name)
    assert found["ray"] == found["pool"]
    assert len(found["ray"]) == 19


def test_no_cluster_at_an_address(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    clips.write(tmp_path / "a.mp4")
    options = ["--out", str(tmp_path / "out"), "--engine", "ray", "--address", "127.0.0.1:1"]
    told = kills.start(["split", str(tmp_path), *options])
    output, _ = told.communicate(timeout=300)
    assert told.returncode == 1
    assert "no Ray cluster answers" in output
    assert "Traceback" not in output


# --- processes that cannot even start -----------------------------------------------------------


@pytest.fixture
def executable() -> Iterator[object]:
    before = spawn.get_executable()
    resource_tracker.ensure_running()
    yield multiprocessing.set_executable
    multiprocessing.set_executable(before)


def test_processes_that_end_at_once_end_the_run(executable: object) -> None:
    executable("/bin/false")
    with pytest.raises(UserError, match="before they can do anything"):
        list(run_isolated(behave, ["a", "b"], Engine(workers=2)))


def test_processes_that_hang_at_once_end_the_run(
    executable: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "hangs"
    script.write_text("#!/bin/sh\nexec sleep 600\n")
    script.chmod(0o700)
    executable(str(script))
    monkeypatch.setattr(workers, "_START_SECONDS", 0.5)
    with pytest.raises(UserError, match=r"before they can do anything[\s\S]*idle"):
        list(run_isolated(behave, ["a", "b"], Engine(workers=2)))


def test_a_step_that_a_worker_cannot_import_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("only_here")
    exec("def step(item):\n    return item\n", vars(module))
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(UserError, match="No module named 'only_here'"):
        list(run_isolated(module.step, ["a", "b"], Engine(workers=2)))


def test_the_default_is_a_pool() -> None:
    assert Engine("pool", None, None, 600.0) == POOL

"""Put a recipe through EasyR1's own classes, as its trainer would, up to the first batch.

Runs in a process of its own with EasyR1's source folder on the path (see `probe`). vllm alone is
replaced by an empty module: it needs a GPU, and nothing of it is used before the first rollout.
"""

import importlib.abc
import importlib.machinery
import json
import os
import subprocess
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding
from data_prep.errors import UserError

_MARK = "videoreason-probe: "


def probe(easyr1: Path, recipe: Path, overrides: Sequence[str]) -> tuple[list[Finding], str]:
    """Return what EasyR1 finds wrong, and else one line on the first batch.

    Raises:
        UserError: `easyr1` is not its source folder, or its packages are not installed.
    """
    if not (easyr1 / "verl/trainer/config.py").is_file():
        raise UserError(
            "this is not EasyR1's source folder", seen=easyr1, fix="bash scripts/setup_easyr1.sh"
        )
    path = os.pathsep.join([str(easyr1), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "data_prep.checking.easyr1_probe", str(recipe), *overrides],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path, "TOKENIZERS_PARALLELISM": "false"},
    )
    told = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if not told:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise UserError(
            "EasyR1 could not be asked", seen=lines[-1] if lines else f"exit {done.returncode}"
        )
    found = json.loads(told[-1].removeprefix(_MARK))
    if "missing" in found:
        raise UserError(
            "a package that EasyR1 needs is not installed",
            seen=found["missing"],
            fix="bash scripts/setup_easyr1.sh",
        )
    if "wrong" in found:
        return [Finding(found["step"], found["wrong"], "EasyR1 itself says so")], ""
    return [], found["told"]


class _NoVllm(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname.split(".", maxsplit=1)[0] != "vllm":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        module.__path__ = []

        def attribute(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {})

        module.__getattr__ = attribute  # type: ignore[method-assign]
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def _run(recipe: str, overrides: Sequence[str]) -> dict[str, str]:
    step = "packages"
    try:
        sys.meta_path.insert(0, _NoVllm())
        # The imports need EasyR1 on the path, so they stand here.
        import torch  # noqa: PLC0415
        from omegaconf import OmegaConf  # noqa: PLC0415
        from verl.protocol import DataProto  # noqa: PLC0415
        from verl.trainer.config import PPOConfig  # noqa: PLC0415
        from verl.trainer.data_loader import create_dataloader  # noqa: PLC0415
        from verl.utils.tokenizer import get_processor, get_tokenizer  # noqa: PLC0415
        from verl.workers.reward import AutoRewardManager  # noqa: PLC0415

        step = "configuration"
        merged = OmegaConf.merge(
            OmegaConf.structured(PPOConfig()),
            OmegaConf.load(recipe),
            OmegaConf.from_dotlist(list(overrides)),
        )
        config: Any = OmegaConf.to_object(merged)
        config.deep_post_init()
        step = "model"
        model = config.worker.actor.model
        where = {"trust_remote_code": model.trust_remote_code, "use_fast": True}
        tokenizer = get_tokenizer(model.tokenizer_path, **where)
        processor = get_processor(model.tokenizer_path, **where)
        step = "rows"
        training, _ = create_dataloader(config.data, tokenizer, processor)
        batch = next(iter(training))
        step = "reward"
        answers = batch["ground_truth"]
        replies = torch.full((len(answers), 4), tokenizer.eos_token_id)
        data = DataProto.from_dict(
            {"responses": replies, "response_mask": torch.ones_like(replies)},
            {"ground_truth": answers},
        )
        _, metrics = AutoRewardManager(config.worker.reward, tokenizer).compute_reward(data)
    except ModuleNotFoundError as error:
        return {"missing": str(error.name)}
    except Exception as error:  # whatever EasyR1 raises is the finding
        text = str(error).strip().splitlines()
        return {"step": step, "wrong": f"{type(error).__name__}: {text[0] if text else ''}"}
    shape = "x".join(map(str, batch["input_ids"].shape))
    return {
        "told": f"EasyR1 takes it: {len(training)} batches of {shape} prompt tokens, "
        f"rewards {', '.join(sorted(metrics))}"
    }


if __name__ == "__main__":
    result = _run(sys.argv[1], sys.argv[2:])
    sys.stdout.flush()
    sys.stdout.write(f"\n{_MARK}{json.dumps(result)}\n")
    sys.stdout.flush()
    # Loader workers of a batch that was not used up would keep the process.
    os._exit(0)

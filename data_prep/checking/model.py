"""Checking that a fine-tuned checkpoint loads as EasyR1 and vLLM will load it.

Between SFT and GRPO a checkpoint passes from one environment to another. What then goes wrong is
silent or late: a tokenizer written by transformers 5 does not load below it, a missing
`preprocessor_config.json` falls back to another, and transformers 4.57 writes the model's
`architectures`, by which vLLM finds its class, below `text_config` only.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding
from data_prep.manifest import write_atomic

CLASS = "Qwen2_5_VLForConditionalGeneration"
_FILES = ("config.json", "preprocessor_config.json", "tokenizer_config.json")
_MERGE = "bash scripts/merge_lora.sh BASE ADAPTER OUT"


def check_model(folder: Path) -> Iterator[Finding]:
    """Yield what would keep the checkpoint in `folder` from being trained further or served."""
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if (folder / "adapter_config.json").is_file():
        yield Finding(str(folder), "is an adapter, not a model", _MERGE)
        return
    if missing:
        yield Finding(str(folder), f"lacks {', '.join(missing)}", _MERGE)
        return
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    written = str(config.get("transformers_version", "0"))
    if int(written.partition(".")[0]) >= 5:
        yield Finding(
            str(folder / "config.json"),
            f"was written by transformers {written}; EasyR1 needs version 4, which cannot read it",
            "train again with the versions of constraints.txt",
        )
        return
    if config.get("architectures") != [CLASS]:
        yield Finding(
            str(folder / "config.json"),
            f"its architectures are {config.get('architectures')}; vLLM finds no class by them",
            f"python -m data_prep check-model {folder} --mend",
        )
    yield from _load(folder)


def mend_architectures(folder: Path) -> None:
    """Write the model's class to the top of `config.json`, where vLLM looks for it."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["architectures"] = [CLASS]
    write_atomic(path, json.dumps(config, indent=2, sort_keys=True) + "\n")


def _load(folder: Path) -> Iterator[Finding]:
    import torch  # noqa: PLC0415 - needed here only, and slow
    from transformers import (  # noqa: PLC0415
        AutoConfig,
        AutoModelForImageTextToText,
        AutoProcessor,
        AutoTokenizer,
    )

    step = "configuration"
    try:
        config: Any = AutoConfig.from_pretrained(folder)
        if type(config) not in AutoModelForImageTextToText._model_mapping:
            yield Finding(
                str(folder), f"EasyR1 takes {type(config).__name__} for text only", _MERGE
            )
            return
        step = "tokenizer"
        AutoTokenizer.from_pretrained(folder, use_fast=True)
        step = "processor"
        processor: Any = AutoProcessor.from_pretrained(folder, use_fast=True)
        step = "weights"
        model, info = AutoModelForImageTextToText.from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True
        )
        lost = [*info["missing_keys"], *info["unexpected_keys"], *info["mismatched_keys"]]
        if lost:
            yield Finding(str(folder), f"{len(lost)} weights do not fit: {lost[0]}", _MERGE)
            return
        step = "a forward pass"
        with torch.no_grad():
            logits = model(**_question(processor)).logits
        if not bool(torch.isfinite(logits).all()):
            yield Finding(str(folder), "a forward pass gives numbers that are not finite", _MERGE)
    except Exception as error:  # whatever the library raises is the finding
        text = str(error).strip().splitlines()
        told = f"{step} does not load: {type(error).__name__}: {text[0] if text else ''}"
        yield Finding(str(folder), told, _MERGE)


def _question(processor: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    clip = [np.full((3, 56, 56), 100 * number, dtype=np.uint8) for number in range(2)]
    content = [{"type": "video"}, {"type": "text", "text": "What happens next?"}]
    text = processor.apply_chat_template(
        [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
    )
    return processor(text=[text], videos=[np.stack(clip)], return_tensors="pt")

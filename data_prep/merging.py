"""Merging a LoRA adapter into its base model.

`llamafactory-cli export` adds the adapter in the type that the base is stored in, whatever type is
asked for: in bfloat16 the greater part of a small change is rounded away. Here it is added in
float32, and rounded once, when the model is saved, if at all.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from data_prep.errors import UserError


def merge(
    base: Annotated[str, typer.Argument(help="Folder or name of the base model.")],
    adapter: Annotated[Path, typer.Argument(help="Folder of the adapter.")],
    out: Annotated[Path, typer.Argument(help="Folder to write; it may not exist.")],
    *,
    float32: Annotated[
        bool, typer.Option("--float32", help="Save unrounded; by default in the base's type.")
    ] = False,
) -> None:
    """Merge a LoRA adapter into its base model (needs the sft extra; scripts/merge_lora.sh).

    python -m data_prep merge Qwen/Qwen2.5-VL-7B-Instruct runs/qwen2_5_vl_7b_mix_lora runs/merged

    python -m data_prep merge data_prep/tinymodel/weights runs/toy_next_event_lora runs/toy \\
        --float32
    """
    if not (adapter / "adapter_config.json").is_file():
        raise UserError("the folder holds no adapter (adapter_config.json)", seen=adapter)
    if out.exists():
        raise UserError("it is there already", seen=out, fix="name another folder, or remove it")
    import torch  # noqa: PLC0415 - needed here only, and slow
    from peft import PeftModel  # noqa: PLC0415
    from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor  # noqa: PLC0415

    stored = AutoConfig.from_pretrained(base).dtype or torch.bfloat16
    whole: Any = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.float32)
    merged: Any = PeftModel.from_pretrained(whole, adapter).merge_and_unload()
    merged.to(torch.float32 if float32 else stored).save_pretrained(out, max_shard_size="5GB")
    AutoProcessor.from_pretrained(base).save_pretrained(out)
    typer.echo(f"merged model in {out}, {merged.dtype}")

"""A Qwen2.5-VL of under two million parameters that can describe the toy world, not foresee it.

Same classes, files, special tokens and chat format as the real model, so that every trainer and
evaluator treats it as one. Its weights are kept in `weights/`; `pretrain` makes them again.
"""

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"

"""A local vision-language model that names the action between two pictures, and rates names.

The rating of an action a of n tokens, the end of the turn among them, is its length-normalised
log-likelihood under teacher forcing:

    score(a | before, after) = 1/n * sum over i of log p(a_i | before, after, question, a_1 … a_i-1)

With the end of the turn counted, the start of an action is not taken for all of it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from data_prep.errors import UserError
from data_prep.prompts import LABEL_THE_ACTION

MAX_NEW_TOKENS = 32


@dataclass(frozen=True)
class Sight:
    """Two pictures, by their files."""

    before: Path
    after: Path


class Judge:
    """A Qwen2.5-VL, or another model of the same interface, on the GPU where there is one."""

    def __init__(
        self, name: str, *, trust_remote_code: bool = False, option: str = "--model"
    ) -> None:
        """Load the model `name`, a folder or a name of the Hugging Face hub.

        Args:
            name: of the model.
            trust_remote_code: run code that comes with the model.
            option: of the command line that named the model, for the error.

        Raises:
            UserError: transformers is not installed, or cannot load such a model.
        """
        try:
            import torch  # noqa: PLC0415 - needs seconds, and an extra
            from transformers import (  # noqa: PLC0415
                AutoModelForImageTextToText,
                AutoProcessor,
            )
        except ImportError as error:
            raise UserError(
                "torch and transformers are not installed",
                seen=error,
                fix="pip install 'videoreason[sft]'",
            ) from error
        self._torch: Any = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._processor: Any = AutoProcessor.from_pretrained(
                name, trust_remote_code=trust_remote_code
            )
            self._model: Any = AutoModelForImageTextToText.from_pretrained(
                name,
                dtype=torch.bfloat16 if self._device == "cuda" else torch.float32,
                trust_remote_code=trust_remote_code,
            )
        except (OSError, ValueError, ImportError) as error:
            raise UserError(
                "this model cannot be loaded",
                seen=f"{name}: {str(error).splitlines()[0]}",
                fix=f"{option} FOLDER, or the name of a Qwen2.5-VL such as "
                "Qwen/Qwen2.5-VL-7B-Instruct",
            ) from error
        self._model.to(self._device).eval()
        # Generation appends to prompts, and so do we: they end where the padding does not.
        self._processor.tokenizer.padding_side = "left"
        self._end = self._end_of_turn()
        self.fingerprint = self._fingerprint(name)

    def _end_of_turn(self) -> int:
        ends = self._model.generation_config.eos_token_id
        return int(ends[0] if isinstance(ends, list) else ends)

    def _fingerprint(self, name: str) -> str:
        """Return what changes when the model does."""
        config = self._model.config
        parts = [name, str(getattr(config, "_commit_hash", None)), str(self._model.dtype)]
        if Path(name).is_dir():
            for path in sorted(Path(name).iterdir()):
                stat = path.stat()
                parts.append(f"{path.name} {stat.st_size} {stat.st_mtime_ns}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def name_actions(self, sights: Sequence[Sight]) -> list[str]:
        """Return what the model says was done in each of `sights`, greedily decoded.

        Raises:
            OSError: a picture cannot be read.
        """
        batch = self._prompts(sights)
        with self._torch.inference_mode():
            made = self._model.generate(
                **batch, do_sample=False, num_beams=1, max_new_tokens=MAX_NEW_TOKENS
            )
        answers = made[:, batch["input_ids"].shape[1] :]
        texts = self._processor.batch_decode(answers, skip_special_tokens=True)
        return [" ".join(text.split()) for text in texts]

    def rate(self, sights: Sequence[Sight], actions: Sequence[str]) -> list[float]:
        """Return the score of each action in the sight at its place; see the module.

        Raises:
            OSError: a picture cannot be read.
        """
        torch = self._torch
        batch = self._prompts(sights)
        # Answers have tokens of their own: joined as text, one might merge with the prompt.
        answers = [
            [*self._processor.tokenizer(text, add_special_tokens=False)["input_ids"], self._end]
            for text in actions
        ]
        longest = max(map(len, answers))
        padded = torch.tensor(
            [answer + [self._end] * (longest - len(answer)) for answer in answers],
            device=self._device,
        )
        real = torch.tensor(
            [[1] * len(answer) + [0] * (longest - len(answer)) for answer in answers],
            device=self._device,
        )
        batch["input_ids"] = torch.cat([batch["input_ids"], padded], dim=1)
        batch["attention_mask"] = torch.cat([batch["attention_mask"], real], dim=1)
        with torch.inference_mode():
            logits = self._model(**batch, logits_to_keep=longest + 1, use_cache=False).logits
        steps = torch.log_softmax(logits[:, :-1].float(), dim=-1)
        each = steps.gather(2, padded[:, :, None])[:, :, 0] * real
        scores: list[float] = (each.sum(dim=1) / real.sum(dim=1)).tolist()
        return scores

    def _prompts(self, sights: Sequence[Sight]) -> Any:
        content = [{"type": "image"}, {"type": "image"}, {"type": "text", "text": LABEL_THE_ACTION}]
        text = self._processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
        )
        images = [[_picture(sight.before), _picture(sight.after)] for sight in sights]
        batch = self._processor(
            text=[text] * len(sights), images=images, padding=True, return_tensors="pt"
        )
        return batch.to(self._device)


def _picture(path: Path) -> Any:
    with Image.open(path) as image:
        return image.convert("RGB")

"""What LLaMA-Factory itself makes of a recipe and of a row: its own parser, its own tokenization.

Importing it takes some ten seconds; callers make sure first that it is installed.
"""

import contextlib
import copy
import dataclasses
import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding
from data_prep.checking.processors import NotAtHand, installed
from data_prep.checking.qwen_host import Grid

# Stages whose rows are counted; the others have no recipe here.
_SINGLE, _PAIRWISE = ("sft",), ("rm", "dpo")
_UNLIMITED = 10**9


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Send what the libraries log to stderr: stdout belongs to the report."""
    os.environ.setdefault("LLAMAFACTORY_VERBOSITY", "ERROR")
    with contextlib.redirect_stdout(sys.stderr):
        yield


def check_keys(recipe: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what LLaMA-Factory's own argument parser says against a recipe.

    DeepSpeed and the GPU are left out of it: they belong to the machine that trains.

    Raises:
        NotAtHand: it is not installed here.
    """
    installed("llamafactory")
    with _quiet():
        from llamafactory import hparams  # noqa: PLC0415 - slow

    groups = ("Model", "Data", "Training", "Finetuning", "Generating")
    known = {
        setting.name
        for group in groups
        for setting in dataclasses.fields(getattr(hparams, f"{group}Arguments"))
    }
    unknown = [key for key in recipe if key not in known]
    for key in unknown:
        near = difflib.get_close_matches(key, known, n=1)
        yield Finding(
            key,
            "LLaMA-Factory knows no such setting",
            f"perhaps {near[0]}" if near else "leave it out",
        )
    try:
        _arguments({key: value for key, value in recipe.items() if key in known})
    except Exception as error:  # whatever it raises is the finding
        told = str(error).strip().splitlines()
        yield Finding(
            "settings",
            f"LLaMA-Factory refuses them: {told[0] if told else type(error).__name__}",
            "LLaMA-Factory itself says so",
        )


class RowCounter:
    """Counts the tokens of a row as LLaMA-Factory's data pipeline will, before it cuts them off."""

    def __init__(self, recipe: Mapping[str, Any], name: str, folder: Path) -> None:
        """Load the template and the processor in `folder` for the set `name`.

        Raises:
            NotAtHand: LLaMA-Factory is not installed, does not take the recipe or the processor,
                or its stage is not one that is counted.
        """
        installed("llamafactory")
        stage = recipe.get("stage")
        if stage not in (*_SINGLE, *_PAIRWISE):
            raise NotAtHand(f"rows of the stage {stage!r} are not counted")
        with _quiet():
            from llamafactory.data import get_template_and_fix_tokenizer  # noqa: PLC0415 - slow
            from llamafactory.data.converter import get_dataset_converter  # noqa: PLC0415
            from llamafactory.data.parser import get_dataset_list  # noqa: PLC0415
            from llamafactory.data.processor import (  # noqa: PLC0415
                PairwiseDatasetProcessor,
                SupervisedDatasetProcessor,
            )
            from llamafactory.model import load_tokenizer  # noqa: PLC0415

            try:
                model, data = _arguments({**recipe, "model_name_or_path": str(folder)})
                module = load_tokenizer(model)
                template = get_template_and_fix_tokenizer(module["tokenizer"], data)
                (declared,) = get_dataset_list([name], data.dataset_dir)
            except Exception as error:  # told among the settings, or the folder has no processor
                raise NotAtHand(f"LLaMA-Factory does not load it: {error}") from error
        data.cutoff_len = _UNLIMITED
        self._convert = get_dataset_converter(declared.formatting, declared, data)
        kind = SupervisedDatasetProcessor if stage in _SINGLE else PairwiseDatasetProcessor
        self._processor = kind(template=template, data_args=data, **module)

    def count(self, columns: Mapping[str, Any]) -> int:
        """Return the tokens of a row: of a preference row those of the longer answer.

        Raises:
            ValueError: LLaMA-Factory does not take the row.
        """
        with _quiet():
            row = self._convert(copy.deepcopy(dict(columns)))
            if not row["_response"]:
                raise ValueError("LLaMA-Factory leaves the row out")
            encoded = self._processor._encode_data_example(
                prompt=row["_prompt"],
                response=row["_response"],
                system=row["_system"],
                tools=row["_tools"],
                images=row["_images"] or [],
                videos=row["_videos"] or [],
                audios=row["_audios"] or [],
            )
        return max(len(encoded[0]), len(encoded[-2]))

    def grid(self, video: Path) -> Grid | None:
        """Return what training shows of a file, None where its header does not tell."""
        with _quiet():
            found = self._processor.template.mm_plugin._get_video_token_metadata(
                [str(video)], self._processor.processor
            )
        if found is None:
            return None
        return Grid(*found["video_grid_thw"][0].tolist())


def _arguments(recipe: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the arguments of model and data as LLaMA-Factory parses them."""
    with _quiet():
        from llamafactory.hparams import get_train_args  # noqa: PLC0415 - slow

        settings = {key: value for key, value in recipe.items() if key != "deepspeed"}
        # Misspelt settings must not be passed over, whatever the environment says.
        allowed = os.environ.pop("ALLOW_EXTRA_ARGS", None)
        try:
            model, data, *_ = get_train_args({**settings, "use_cpu": True})
        finally:
            if allowed is not None:
                os.environ["ALLOW_EXTRA_ARGS"] = allowed
    return model, data

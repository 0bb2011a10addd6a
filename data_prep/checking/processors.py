"""Where the processor of a recipe's model lies on this machine, if it does."""

import importlib.util
from pathlib import Path

from data_prep.checking.recipes import is_local
from data_prep.errors import UserError

# All of a checkpoint but its weights.
_FILES = ("*.json", "*.txt", "*.jinja", "*.model")


class NotAtHand(Exception):
    """The processor cannot be loaded here; the message says why."""


def installed(*packages: str) -> None:
    """Require packages to be installed.

    Raises:
        NotAtHand: one of them is not.
    """
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise NotAtHand(f"{package} is not installed here")


def processor_folder(model: str, *, download: bool) -> Path:
    """Return a folder that holds the processor of `model`: its own, or the hub cache's copy of it.

    With `download`, tokenizer and processor are fetched from the hub (a few megabytes, no weights).

    Raises:
        NotAtHand: the model is not on this machine.
        UserError: it was to be downloaded and could not be.
    """
    installed("transformers", "huggingface_hub")
    if not model:
        raise NotAtHand("the recipe names no model")
    if is_local(model):
        folder = Path(model).expanduser()
        if not (folder / "preprocessor_config.json").is_file():
            raise NotAtHand(f"{model} holds no processor")
        return folder
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - slow
    from huggingface_hub.errors import LocalEntryNotFoundError  # noqa: PLC0415

    try:
        folder = Path(
            snapshot_download(model, allow_patterns=list(_FILES), local_files_only=not download)
        )
    except LocalEntryNotFoundError as error:
        if download:
            raise UserError(f"{model} could not be downloaded: {error}") from error
        raise NotAtHand(f"{model} is not on this machine (--download fetches it)") from error
    except Exception as error:  # the hub's client raises many kinds
        raise UserError(
            f"{model} could not be downloaded", seen=error, fix="name a local folder"
        ) from error
    if not (folder / "preprocessor_config.json").is_file():
        raise NotAtHand(f"the hub cache holds {model} without its processor (--download)")
    return folder

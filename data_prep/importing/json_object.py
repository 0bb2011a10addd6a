"""Reading a small JSON object from text to text, such as names to paths or labels to numbers."""

import json
from pathlib import Path

from data_prep.errors import UserError


def read_json_object(path: Path) -> dict[str, str]:
    """Return the JSON object in `path`, its values as text.

    Raises:
        UserError: no such file, or not a JSON object of texts and numbers.
    """
    if not path.is_file():
        raise UserError("there is no such file", seen=path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(v, str | int) for v in found.values()):
        raise UserError(f"{path} must hold a JSON object of names", seen=type(found).__name__)
    return {key: str(value) for key, value in found.items()}

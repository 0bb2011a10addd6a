"""Prompts from template files; a template sees the fields of a task's view and nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_prep.errors import UserError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FOLDER = Path(__file__).parent / "templates"
SUFFIX = ".jinja"
_REPAIR = "repair"


class Template:
    """The prompt of one task, from our file or the user's."""

    def __init__(self, task: str, file: Path | None = None) -> None:
        """Load the template of `task`, or `file` in its place.

        Raises:
            UserError: `file` cannot be read or is no template.
        """
        import jinja2  # noqa: PLC0415 - an extra
        from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

        self._jinja2 = jinja2
        self._environment = SandboxedEnvironment(
            loader=jinja2.FileSystemLoader(FOLDER),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._file = file or FOLDER / f"{task}{SUFFIX}"
        try:
            text = self._file.read_text(encoding="utf-8")
            self._template = self._environment.from_string(text)
        except (OSError, UnicodeDecodeError) as error:
            raise UserError("the template cannot be read", seen=f"{self._file}: {error}") from error
        except jinja2.TemplateError as error:
            raise self._wrong(error) from error
        #: SHA-256 of its text, in hexadecimal.
        self.digest = hashlib.sha256(text.encode()).hexdigest()

    def render(self, view: "DataclassInstance", settings: Mapping[str, Any]) -> str:
        """Return the prompt for the fields of `view` and the `settings` of the run.

        Raises:
            UserError: the template uses a field that the task does not show.
        """
        try:
            return self._template.render({**asdict(view), **settings}).strip()
        except (self._jinja2.TemplateError, TypeError, ValueError) as error:
            raise self._wrong(error) from error

    def repair(self, fault: str, *, plain: bool) -> str:
        """Return what a teacher is told whose reply was no answer because of `fault`."""
        template = self._environment.get_template(_REPAIR + SUFFIX)
        return template.render(fault=fault, plain=plain).strip()

    def _wrong(self, error: Exception) -> UserError:
        line = getattr(error, "lineno", None)
        return UserError(
            f"{self._file}" + (f", line {line}" if line else "") + f": {error}",
            fix="a template may use the fields that the one in its place uses: see "
            f"{FOLDER.name}/*{SUFFIX} of data_prep.teacher",
        )

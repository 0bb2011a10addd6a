"""What every page shares: untrusted text stays text, nothing is loaded, no foreign file is lost."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.manifest import write_atomic


def render(template: str, *, packages: Sequence[str], made_by: str, **values: Any) -> str:
    """Return a filled template, in text that UTF-8 can hold.

    Whatever a value holds is escaped. `base.css` and `facts.html` of this package can be included.

    Args:
        template: its name.
        packages: where it and what it includes is looked for, first come first taken.
        made_by: the command that makes the page; the template gets the mark as `generator`.
        values: for the template, which may ask for no other.
    """
    # Only the commands that make a page need it.
    from jinja2 import (  # noqa: PLC0415
        ChoiceLoader,
        Environment,
        PackageLoader,
        StrictUndefined,
    )

    names = dict.fromkeys([*packages, "data_prep.show"])
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in names]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(template).render(generator=_generator(made_by), **values)
    # A file name may hold bytes, and a text code points, that UTF-8 has no place for.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def write_page(out: Path, text: str) -> None:
    """Write a page, whole or not at all.

    Raises:
        UserError: it cannot be written.
    """
    try:
        write_atomic(out, text)
    except OSError as error:
        raise UserError(
            "the page cannot be written", seen=f"{out}: {error.strerror}", fix="--out page.html"
        ) from error


def keep_foreign(out: Path, made_by: str) -> None:
    """Refuse to replace what is no page of `made_by`.

    Raises:
        UserError: `out` exists, and was not written by this command or cannot be read.
    """
    if not os.path.lexists(out):
        return
    try:
        with out.open(encoding="utf-8", errors="replace") as file:
            ours = f'content="{_generator(made_by)}"' in file.read(1000)
    except OSError as error:
        raise UserError("the page cannot be written", seen=f"{out}: {error.strerror}") from error
    if not ours:
        raise UserError(
            f"this file was not written by `{made_by}`, which would replace it",
            seen=out,
            fix=f"move it away, or name another with --out {out.with_name('page.html')}",
        )


def _generator(made_by: str) -> str:
    return f"videoreason {made_by}"

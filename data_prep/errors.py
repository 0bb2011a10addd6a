"""The one kind of error that a user is meant to read."""


class UserError(Exception):
    """Something the user can mend: what is wrong, the value seen, and the next command to type.

    Command lines print it without a traceback and exit with 1.
    """

    def __init__(self, wrong: str, *, seen: object = None, fix: str | None = None) -> None:
        """Compose the message from its three parts; `seen` and `fix` may be left out."""
        self.wrong = wrong
        self.seen = seen
        self.fix = fix
        parts = [wrong]
        if seen is not None:
            parts.append(f"seen: {seen}")
        if fix is not None:
            parts.append(f"fix:  {fix}")
        super().__init__("\n  ".join(parts))

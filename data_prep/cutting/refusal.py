"""Why a clip was left out, as an exception inside the work and as a row of the report."""

from data_prep.records import Record


class Refused(Exception):
    """This clip cannot be split; `kind` groups it in the summary, the message is the reason."""

    def __init__(self, kind: str, reason: str) -> None:
        """Take a short `kind`, such as "too short", and the one-line `reason`."""
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


class Refusal(Record):
    """One line of `report.jsonl`: a clip that was left out, by its name in the source."""

    video: str
    kind: str
    reason: str

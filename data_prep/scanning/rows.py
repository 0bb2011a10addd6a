"""From measured files to the rows of a manifest: ids, copies of one file, events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from data_prep.cutting.refusal import Refusal
from data_prep.records import Clip, Event
from data_prep.scanning.one import Facts
from data_prep.steps.annotations import Annotation
from data_prep.steps.ledger import Settled
from data_prep.steps.worklist import Shelf


class Scanned(Settled):
    """A file that is measured or refused; `limits` are those that a refusal was due to."""

    facts: Facts | None = None
    limits: str | None = None


@dataclass(frozen=True)
class Origin:
    """What all clips of a scan share: `below`, the folder as the manifest names it, and terms."""

    below: str
    source: str
    license: str


def make_clips(
    entries: Iterable[Scanned],
    ids: Mapping[str, str],
    notes: Shelf[Annotation],
    origin: Origin,
) -> Iterator[tuple[str, Clip]]:
    """Yield name and clip of each measured file, in the order of `entries`.

    Args:
        entries: of measured files; their `clip` is the name of the file.
        ids: by name, of all files of the folder, so that an id stays when a file is mended.
        notes: what else is known, by name.
        origin: what all clips share.
    """
    for entry in entries:
        name, facts, note = entry.clip, entry.facts, notes.get(entry.clip)
        if facts is not None:
            yield (
                name,
                Clip(
                    id=ids[name],
                    video=name if origin.below == "." else f"{origin.below}/{name}",
                    source=origin.source,
                    license=origin.license,
                    caption=note.caption if note else None,
                    events=note.events if note else [],
                    **facts.model_dump(),
                ),
            )


class Copies:
    """Clips whose bytes an earlier clip has; they are kept apart, on disk."""

    def __init__(self) -> None:
        """Start without any."""
        self._first: Shelf[tuple[str, list[Event]]] = Shelf()
        self._refusals: Shelf[Refusal] = Shelf()

    def left_out(self, clips: Iterable[tuple[str, Clip]]) -> Iterator[tuple[str, Clip]]:
        """Pass on the first clip of each content."""
        for name, clip in clips:
            if self._first.add(clip.sha256, (clip.id, clip.events)):
                yield name, clip
                continue
            first, events = self._first.get(clip.sha256) or ("", [])
            reason = f"the same bytes as clip {first}"
            if clip.events and clip.events != events:
                reason += f"; its {len(clip.events)} events, which differ, are left out with it"
            self._refusals.add(name, Refusal(video=name, kind="duplicate", reason=reason))

    def refusals(self) -> Iterator[Refusal]:
        """Yield a refusal for each copy that came by, in the order of the names."""
        return self._refusals.values()

"""From measured files to the rows of a manifest: ids, copies of one file, events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_prep.cutting.journal import Settled
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Annotation, safe_ids
from data_prep.records import Clip
from data_prep.scanning.one import Facts


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
    names: Iterable[str],
    entries: Mapping[str, Scanned],
    notes: Mapping[str, Annotation],
    origin: Origin,
) -> dict[str, Clip]:
    """Return the clips of the measured files among `names`, by name, in the order of their ids.

    An id depends on all `names`, so that it stays when a file of a similar name is mended.
    """
    ids = safe_ids(sorted(names))
    clips = {}
    for name in sorted(entries, key=ids.__getitem__):
        facts = entries[name].facts
        if facts is None:
            continue
        note = notes.get(name)
        clips[name] = Clip(
            id=ids[name],
            video=name if origin.below == "." else f"{origin.below}/{name}",
            source=origin.source,
            license=origin.license,
            caption=note.caption if note else None,
            events=note.events if note else [],
            **facts.model_dump(),
        )
    return clips


def find_copies(clips: Mapping[str, Clip]) -> list[Refusal]:
    """Return a refusal for every clip whose bytes an earlier one has."""
    first: dict[str, Clip] = {}
    copies = []
    for name, clip in clips.items():
        kept = first.setdefault(clip.sha256, clip)
        if kept is not clip:
            reason = f"the same bytes as clip {kept.id}"
            if clip.events and clip.events != kept.events:
                reason += f"; its {len(clip.events)} events, which differ, are left out with it"
            copies.append(Refusal(video=name, kind="duplicate", reason=reason))
    return copies

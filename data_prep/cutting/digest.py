"""One digest for a medium, whether it is one file or the frames of it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from data_prep.video import sha256


def media_digest(files: Sequence[Path]) -> str:
    """Return the SHA-256 of one file, or of the digests of several, a line each, in their order.

    Raises:
        UnreadableVideo: a file cannot be read.
    """
    digests = [sha256(path) for path in files]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()

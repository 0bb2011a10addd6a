"""Files of a data set on the Hugging Face hub: which there are, and their transfer."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from data_prep.downloading.members import Refused, safe_name
from data_prep.errors import UserError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# A broken connection is taken up again where it broke; so often, if nothing more comes.
ATTEMPTS = 5
_WAIT = 1.0


class HubFile(NamedTuple):
    """A file on the hub; `sha256` is None where the hub does not tell it (small files)."""

    name: str
    size: int
    sha256: str | None


class Snapshot(NamedTuple):
    """A data set as it was at one commit."""

    repository: str
    commit: str
    files: list[HubFile]


def snapshot(repository: str, revision: str | None) -> Snapshot:
    """Ask the hub which files a data set has.

    Args:
        repository: such as "haonan3/V1-33K".
        revision: a branch, tag or commit; the main branch by default.

    Raises:
        UserError: the hub cannot be reached, has no such data set or revision, or does not tell
            the size of a file.
    """
    with _explained(repository):
        found = _api().dataset_info(repository, revision=revision, files_metadata=True)
    files = []
    for entry in found.siblings or []:
        if entry.size is None:
            raise UserError(
                f"the hub does not tell the size of a file of {repository}", seen=entry.rfilename
            )
        try:
            safe_name(entry.rfilename)
        except Refused as error:
            raise UserError(f"{repository} has a file with {error}") from error
        sha256 = entry.lfs.sha256 if entry.lfs is not None else None
        files.append(HubFile(entry.rfilename, entry.size, sha256))
    if found.sha is None:
        raise UserError(f"the hub does not tell the commit of {repository}")
    return Snapshot(repository, found.sha, files)


def transfer(source: Snapshot, file: HubFile, folder: Path) -> Path:
    """Fetch a file into `folder`, or find it there, and return its path.

    What has come of a file before a connection broke, or the process was killed, is kept, and the
    transfer goes on from there.

    Raises:
        UserError: the hub cannot be reached, the connection breaks again and again, the disk is
            full, or what came is not what the hub says the file is (it is then removed).
    """
    path = folder / file.name
    if not (path.is_file() and path.stat().st_size == file.size):
        path = _fetch(source, file, folder)
    if path.stat().st_size != file.size or (file.sha256 and _sha256(path) != file.sha256):
        path.unlink()
        raise UserError(
            "a file that came is not the one that the hub describes; it was removed",
            seen=f"{file.name} of {source.repository} at {source.commit[:12]}",
            fix="start the same command again: it is fetched anew",
        )
    return path


def _fetch(source: Snapshot, file: HubFile, folder: Path) -> Path:
    api = _api()
    left, reached = ATTEMPTS, 0
    while True:
        try:
            with _explained(source.repository):
                return Path(
                    api.hf_hub_download(
                        source.repository,
                        file.name,
                        repo_type="dataset",
                        revision=source.commit,
                        local_dir=folder,
                    )
                )
        except _Broken as error:
            so_far = _received(folder)
            left = ATTEMPTS if so_far > reached else left - 1
            reached = max(reached, so_far)
            if not left:
                raise UserError(
                    f"the connection to the hub breaks; {so_far} bytes of this file are kept",
                    seen=f"{file.name}: {error}",
                    fix="start the same command again: it goes on from there",
                ) from error
            time.sleep(_WAIT)


class _Broken(Exception):
    """A transfer that broke off and may be taken up again."""


@contextmanager
def _explained(repository: str) -> Iterator[None]:
    from huggingface_hub import errors  # noqa: PLC0415 - slow to import
    from requests import exceptions  # noqa: PLC0415 - comes with huggingface_hub

    try:
        yield
    except errors.OfflineModeIsEnabled as error:
        raise UserError(
            "the hub may not be asked: HF_HUB_OFFLINE is set", fix="unset HF_HUB_OFFLINE"
        ) from error
    except errors.GatedRepoError as error:
        raise UserError(
            f"{repository} asks for your consent first",
            fix="accept its terms on its page, then: huggingface-cli login",
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise UserError(
            f"the hub has no such data set or revision, or not for you: {repository}",
            seen=str(error).strip().splitlines()[0],
            fix="look at its page; for a private one: huggingface-cli login",
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise _Broken(str(error.__cause__ or error)) from error
    except errors.HfHubHTTPError as error:
        raise UserError(
            f"the hub refuses to send {repository}",
            seen=str(error).strip().splitlines()[0],
            fix="try again later",
        ) from error
    except (exceptions.ChunkedEncodingError, exceptions.ReadTimeout) as error:
        raise _Broken(str(error)) from error
    except exceptions.RequestException as error:
        raise UserError(
            "the hub cannot be reached",
            seen=f"{_api().endpoint}: {error}"[:300],
            fix="check the network; HF_ENDPOINT names a mirror, HTTPS_PROXY a proxy",
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError(
                "the disk is full",
                seen=str(error),
                fix="make room and start the same command again: what has come is kept",
            ) from error
        if error.errno is None:
            # How the client says that a file came in another size than it was announced.
            raise _Broken(str(error)) from error
        raise UserError("a file cannot be written", seen=str(error)) from error


def _api() -> "HfApi":
    try:
        from huggingface_hub import HfApi  # noqa: PLC0415 - slow to import
    except ImportError as error:
        raise UserError(
            "the client of the Hugging Face hub is not installed", fix="pip install huggingface_hub"
        ) from error
    # Read here: the client reads it once, when it is imported.
    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or None
    return HfApi(endpoint=endpoint, library_name="videoreason")


def _received(folder: Path) -> int:
    places = (folder / ".cache").rglob("*.incomplete")
    return sum(place.stat().st_size for place in places)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""A server of so much of the Hugging Face hub's API that the hub's own client fetches from it."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = "haonan3/V1-33K"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """One data set.

    Attributes:
        files: their content, by name. Archives are told as large files, with their SHA-256.
        breaks: for a file, after how many bytes each of the next connections breaks.
        ranges: (file, first byte) of every request for content.
        told: what the listing says instead of the truth, by file.
        status: of every answer, where it is not to be 200.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    breaks: dict[str, list[int]] = field(default_factory=dict)
    ranges: list[tuple[str, int]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    commit: str = COMMIT
    url: str = ""

    def listing(self) -> dict[str, Any]:
        """Return what the API tells of the data set."""
        siblings = []
        for name, content in self.files.items():
            entry: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": "b" * 40}
            if not name.endswith(".json"):
                sha = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": sha, "size": len(content), "pointerSize": 130}
            siblings.append({**entry, **self.told.get(name, {})})
        return {"id": REPOSITORY, "sha": self.commit, "siblings": siblings, "tags": []}


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve `hub` at `hub.url` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            if hub.status != 200:
                self._send(hub.status, b"", {})
            elif re.fullmatch(rf"/api/datasets/{REPOSITORY}(/revision/.+)?", path):
                revision = path.partition("/revision/")[2]
                if revision in ("", "main", hub.commit):
                    self._send(200, json.dumps(hub.listing()).encode(), {})
                else:
                    self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
            elif path.startswith(f"/datasets/{REPOSITORY}/resolve/{hub.commit}/"):
                self._file(path.partition(f"/{hub.commit}/")[2], with_body)
            else:
                self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

        def _file(self, name: str, with_body: bool) -> None:
            content = hub.files[name]
            headers = {
                "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
                "X-Repo-Commit": hub.commit,
                "Accept-Ranges": "bytes",
            }
            first = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
            if with_body:
                hub.ranges.append((name, first))
            if first:
                headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
            breaks = hub.breaks.get(name) or [len(content)]
            cut = breaks.pop(0) if with_body else len(content)
            self._send(
                206 if first else 200,
                content[first:],
                headers,
                body=content[first : max(first, cut)] if with_body else b"",
            )

        def _send(
            self, status: int, content: bytes, headers: dict[str, str], body: bytes | None = None
        ) -> None:
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(key, value)
            self.end_headers()
            body = content if body is None else body
            self.wfile.write(body)
            if len(body) < len(content) and self.command == "GET":
                self.close_connection = True

        def log_message(self, *told: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()

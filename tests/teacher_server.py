"""An OpenAI-compatible server of our own that says, and breaks, what a test tells it to."""

import base64
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Said:
    """What the server does with one request; `body` goes out in place of a completion."""

    text: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    finish: str = "stop"
    refusal: str | None = None
    usage: bool = True
    delay: float = 0.0
    reset: bool = False
    promised: int = 0


@dataclass(frozen=True)
class Asked:
    """One request: its place in the order of arrival, its path, key and fields, and when it came.

    `again` counts the earlier requests with the same messages.
    """

    number: int
    path: str
    authorization: str
    fields: dict[str, Any]
    again: int
    at: float

    @property
    def texts(self) -> list[str]:
        """All text of all messages, in order."""
        found = []
        for message in self.fields["messages"]:
            content = message["content"]
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
            found += [part["text"] for part in parts if part["type"] == "text"]
        return found

    @property
    def text(self) -> str:
        """The same, as one."""
        return "\n".join(self.texts)

    @property
    def files(self) -> list[bytes]:
        """The bytes of all pictures and clips, in order."""
        parts = [
            part
            for message in self.fields["messages"]
            if not isinstance(message["content"], str)
            for part in message["content"]
            if part["type"] != "text"
        ]
        return [base64.b64decode(part[part["type"]]["url"].split(",", 1)[1]) for part in parts]

    @property
    def turns(self) -> int:
        """The number of messages: 1 at first, 3 when the teacher is told a fault."""
        return len(self.fields["messages"])


Reply = Callable[[Asked], Said]


@dataclass
class Server:
    """A running server: what was asked of it, and how many requests were open at most."""

    reply: Reply
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""
    _open: int = 0
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arrive(self, path: str, authorization: str, fields: dict[str, Any]) -> Asked:
        with self._lock:
            same = json.dumps(fields["messages"])
            again = self._seen.get(same, 0)
            self._seen[same] = again + 1
            asked = Asked(len(self.asked), path, authorization, fields, again, time.monotonic())
            self.asked.append(asked)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            return asked

    def leave(self) -> None:
        with self._lock:
            self._open -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ours: Server

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        fields = json.loads(self.rfile.read(length))
        asked = self.ours.arrive(self.path, self.headers.get("authorization", ""), fields)
        try:
            said = self.ours.reply(asked)
            time.sleep(said.delay)
        finally:
            self.ours.leave()
        if said.reset:
            # No goodbye: the other side sees a connection reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        body = said.body if said.body is not None else _completion(asked, said)
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body) + said.promised))
        self.end_headers()
        self.wfile.write(body)
        if said.promised:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def finish(self) -> None:
        with suppress(ValueError, OSError):
            super().finish()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""


def _completion(asked: Asked, said: Said) -> bytes:
    message = {"role": "assistant", "content": said.text, "refusal": said.refusal}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return json.dumps(
        {
            "id": f"chat-{asked.number}",
            "object": "chat.completion",
            "created": 0,
            "model": asked.fields["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": said.finish}],
            **({"usage": usage} if said.usage else {}),
        }
    ).encode()


@contextmanager
def serve(reply: Reply) -> Iterator[Server]:
    """Run a server on a free port of this machine."""
    server = Server(reply)
    handler = type("Handler", (_Handler,), {"ours": server})
    http = _Quiet(("127.0.0.1", 0), handler)
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()

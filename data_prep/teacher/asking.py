"""From one item to one row: show, ask, read, and where the reply is no answer, ask once more."""

import asyncio
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data_prep.cutting.refusal import Refused
from data_prep.rebase import Rebase
from data_prep.records import Media, Record
from data_prep.teacher.cache import Cache, Reply, key_of
from data_prep.teacher.endpoint import Endpoint
from data_prep.teacher.media import Attachment, Part, Studio
from data_prep.teacher.reading import Declined, How, Read, Unreadable, read_json, read_text
from data_prep.teacher.tasks.base import By, Task
from data_prep.teacher.templating import Template

Turn = dict[str, Any]
_LONGEST_QUOTE = 200
_SHORT_DIGEST = 8


@dataclass
class Tokens:
    """Replies, and the tokens that their endpoint counted; `uncounted` replies told none."""

    replies: int = 0
    prompt: int = 0
    completion: int = 0
    uncounted: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        """Return the sum of both."""
        return Tokens(
            self.replies + other.replies,
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.uncounted + other.uncounted,
        )

    def add(self, reply: Reply) -> None:
        """Count a reply."""
        self.replies += 1
        self.prompt += reply.prompt_tokens or 0
        self.completion += reply.completion_tokens or 0
        self.uncounted += reply.prompt_tokens is None or reply.completion_tokens is None


@dataclass(frozen=True)
class Question:
    """A prompt with its media, and what was said since; `digests` stand for the media."""

    prompt: str
    attachment: Attachment
    digests: list[Part]
    since: tuple[Turn, ...] = ()

    async def messages(self) -> list[Turn]:
        """Return the messages as they are sent; media are decoded now.

        Raises:
            Refused: a medium does not decode.
        """
        content: str | list[Part] = self.prompt
        if self.attachment:
            content = [*await self.attachment.parts(), {"type": "text", "text": self.prompt}]
        return [{"role": "user", "content": content}, *self.since]

    def answered(self, reply: str, fault: str) -> "Question":
        """Return the question after a reply, and after the teacher was told its fault."""
        turns = ({"role": "assistant", "content": reply}, {"role": "user", "content": fault})
        return Question(self.prompt, self.attachment, self.digests, (*self.since, *turns))


@dataclass(frozen=True)
class Answered:
    """The row that an item became, and how its answer was read."""

    row: Record
    how: How | Literal["repaired"]


@dataclass
class Teacher:
    """Asks one task of one model.

    Attributes:
        task: what is asked.
        template: its prompt.
        studio: makes the media parts.
        model: name of the model.
        body: sampling settings, as they are sent.
        cache: of the answers.
        root: the folder that the media of the items are relative to.
        out: the folder of the manifest that is written.
        endpoint: where to ask; None to ask nothing.
        paid: what was asked in this run.
        saved: what was found in the cache.
    """

    task: Task[Any, Any, Any]
    template: Template
    studio: Studio
    model: str
    body: Mapping[str, Any]
    cache: Cache
    root: Path
    out: Path
    endpoint: Endpoint | None = None
    paid: Tokens = field(default_factory=Tokens)
    saved: Tokens = field(default_factory=Tokens)

    def __post_init__(self) -> None:
        """Prepare the renaming of media, and the locks on questions under way."""
        self._rebase = Rebase(self.root, self.out)
        self._under_way: weakref.WeakValueDictionary[str, asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )

    async def question(self, item: Any) -> Question:
        """Return what is asked about `item`, whose media files are read for their digests.

        Raises:
            Refused: there is nothing to ask, or a file cannot be read.
            UserError: a path leads outside of its folder, or the template is wrong.
        """
        view = self.task.view(item)
        attachment = self.studio.attach(self.task.shown(item, self.studio.budget), self.root)
        if not attachment and self.task.wordless(view):
            raise Refused("nothing to show", "without media a caption or events are needed")
        prompt = self.template.render(view, {"shown": self.studio.mode})
        return Question(prompt, attachment, await attachment.digests())

    def key(self, question: Question) -> str:
        """Return by which key the cache knows the answer to `question`."""
        return key_of(
            {
                "model": self.model,
                "template": self.template.digest,
                "prompt": question.prompt,
                "media": question.digests,
                "since": question.since,
                "body": self.body,
            }
        )

    async def answer(self, item: Any) -> Answered:
        """Ask about `item`, at most twice, and return the row.

        Raises:
            Refused: there is no row, and why.
            UserError: no call can succeed.
        """
        kept = self._renamed(item)
        question = await self.question(item)
        by = By(self.model, self.key(question)[:_SHORT_DIGEST])
        reply = await self._reply(question)
        try:
            row, how = self._row(kept, reply, by)
            return Answered(row, how)
        except Unreadable as fault:
            told = self.template.repair(str(fault), plain=self.task.plain is not None)
            # Some endpoints refuse a conversation in which a turn is empty.
            question = question.answered(reply.text.strip() or "(nothing)", told)
        reply = await self._reply(question)
        try:
            row, _ = self._row(kept, reply, by)
        except Unreadable as fault:
            raise Refused("invalid answer", str(fault)) from fault
        return Answered(row, "repaired")

    def _renamed(self, item: Any) -> Any:
        names: dict[str, Media] = {
            name: self._rebase(getattr(item, name)) for name in self.task.kept_media(item)
        }
        return item.model_copy(update=names) if names else item

    async def _reply(self, question: Question) -> Reply:
        key = self.key(question)
        # Copies of one clip ask the same question: the second waits for the answer of the first.
        lock = self._under_way.setdefault(key, asyncio.Lock())
        async with lock:
            reply = self.cache.find(key)
            if reply is not None:
                self.saved.add(reply)
                return reply
            if self.endpoint is None:
                raise Refused("not asked", "there is no endpoint to ask")
            reply = await self.endpoint.ask(await question.messages())
            self.paid.add(reply)
            return self.cache.keep(key, reply, model=self.model, task=self.task.name)

    def _row(self, item: Any, reply: Reply, by: By) -> tuple[Record, How]:
        if reply.refusal or reply.finish == "content_filter":
            raise Refused("refusal", (reply.refusal or "the endpoint filters this content"))
        try:
            read = self._read(reply)
            return self.task.record(item, read.answer, by), read.how
        except Declined as error:
            raise Refused("refusal", str(error)[:_LONGEST_QUOTE]) from error
        except Unreadable as error:
            if reply.finish != "length":
                raise
            raise Unreadable(f"{error} (it was cut off when max_tokens were used up)") from error

    def _read(self, reply: Reply) -> Read:
        if self.task.plain is None:
            return read_json(reply.text, self.task.schema)
        if reply.finish == "length":
            raise Unreadable("the text does not end")
        return read_text(reply.text, self.task.schema, self.task.plain)

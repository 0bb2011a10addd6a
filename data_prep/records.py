"""The records that flow between the steps: flat, typed, one JSON object a line.

Times are seconds from the first frame of the clip. Media paths are relative to the folder of the
manifest that holds the row, and may not leave it (see `manifest.resolve`).
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = Literal["train", "validation", "test"]


class Record(BaseModel):
    """Base of all rows: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Record):
    """Something that happens between two times.

    `action` is a label from a closed set when the source has one (always in the toy world).
    """

    start: float = Field(ge=0)
    end: float
    text: str = Field(min_length=1)
    action: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"an event ends before it starts: {self.start} to {self.end}")
        return self


class Clip(Record):
    """A video file and what is known of it.

    `width` and `height` are as displayed; `rotation` is by how many degrees, counter-clockwise,
    the stored picture is turned to get there.
    """

    id: str = Field(min_length=1)
    video: str
    source: str
    license: str
    duration: float = Field(gt=0)
    fps: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    frames: int = Field(gt=0)
    sha256: str
    caption: str | None = None
    events: list[Event] = Field(default_factory=list)
    part: Part | None = None
    codec: str | None = None
    rotation: int = 0


class Certificate(Record):
    """Proof that a context holds nothing of the future.

    All times are of the *source*: `context_last` is that of the last frame decoded from the
    context file, `future_first` that of the first frame of the future file. `shared_frames`
    counts source frames that went into both files and is 0 in every valid certificate; the two
    frame counts are those decoded from the finished files, not those of their headers.
    """

    context_frames: int = Field(gt=0)
    future_frames: int = Field(gt=0)
    context_last: float
    future_first: float
    shared_frames: Literal[0] = 0

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        if self.context_last >= self.future_first:
            raise ValueError(
                f"leak: the context's last frame is at {self.context_last} s, "
                f"the future's first at {self.future_first} s"
            )
        return self


class Split(Record):
    """A clip cut in two physical files at `cut` seconds; `how` names the rule and its reason."""

    id: str
    clip_id: str
    video_id: str
    context: str
    future: str
    cut: float = Field(gt=0)
    how: str
    certificate: Certificate
    fps: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    context_events: list[Event] = Field(default_factory=list)
    future_events: list[Event] = Field(default_factory=list)
    context_caption: str | None = None
    future_caption: str | None = None
    part: Part | None = None


class Message(Record):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Example(Record):
    """One row of an instruction set; `<video>` stands once in the messages for each video."""

    id: str
    task: Literal["next_event"]
    messages: list[Message] = Field(min_length=2)
    videos: list[str]
    answer: str
    video_id: str
    provenance: str

    @model_validator(mode="after")
    def _placeholders_match(self) -> Self:
        tags = sum(message.content.count("<video>") for message in self.messages)
        if tags != len(self.videos):
            raise ValueError(f"{self.id}: {tags} <video> tags for {len(self.videos)} videos")
        return self


class Choice(Record):
    """A multiple-choice item. The order of the options is stored, never drawn at run time.

    `options` are shown as A, B, C, … in this order; `answer` is the letter of the right one.
    """

    id: str
    video_id: str
    options: list[str] = Field(min_length=2, max_length=26)
    answer: str
    kind: str

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Self:
        letters = [chr(ord("A") + i) for i in range(len(self.options))]
        if self.answer not in letters:
            raise ValueError(f"{self.id}: answer {self.answer!r} is not one of {letters}")
        if len(set(self.options)) != len(self.options):
            raise ValueError(f"{self.id}: two options are the same")
        return self


class Question(Choice):
    """An item of FutureBench; `kind` is the published kind, such as hop1 or interpolation."""

    video: str
    question: str


class ForesightItem(Choice):
    """An item of VideoReason: a context, its real future and the closed set of what may follow.

    `answer` is the letter of the option that the real future shows; `kind` names the sort of scene.
    """

    context: str
    future: str


class Prediction(Record):
    """A generated future of a `ForesightItem`, or the reason why there is none.

    `prompt_has_label` true marks a label leak: the generator was told what would happen.
    `shows` is the letter of the option that the generated clip truly shows, where the generator's
    truth is known (toy world), else None. `real_first` is the stored order in which a judge is
    shown the two futures.
    """

    id: str
    item_id: str
    generator: str
    seed: int
    prompt: str
    prompt_has_label: bool
    video: str | None
    failure: str | None = None
    shows: str | None = None
    real_first: bool

    @model_validator(mode="after")
    def _video_or_failure(self) -> Self:
        if (self.video is None) == (self.failure is None):
            raise ValueError(f"{self.id}: exactly one of video and failure must be given")
        return self

"""The records that flow between the steps: flat, typed, one JSON object a line.

Times are seconds from the first frame of the clip. Media paths are relative to the folder of the
manifest that holds the row, and may not leave it (see `manifest.resolve`).
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = Literal["train", "validation", "test"]
# A video on disk: one file, or the frames of it at the rate of the consumer, in order.
Media = str | list[str]
# What the generator of a future was told beside the context.
Condition = Literal["none", "caption", "answer"]
TaskName = Literal[
    "next_event",
    "previous_event",
    "caption",
    "open_qa",
    "choice_qa",
    "what_happens_next",
    "critique",
    "reasoning",
    "inverse_dynamics",
    "forward_dynamics",
    "causal",
]


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


class PublishedCut(Record):
    """Where the makers of a data set cut a clip, in seconds, and their captions of both sides."""

    time: float = Field(gt=0)
    context_caption: str | None = None
    future_caption: str | None = None


class Clip(Record):
    """A video file and what is known of it.

    `width` and `height` are as displayed; `rotation` is by how many degrees, counter-clockwise,
    the stored picture is turned to get there. `video_id` is the recording that the clip is from,
    its own id where that is None. `scenes` are the times at which another scene begins, `motion`
    the mean change of luma between frames (0 to 1, at 64 x 36 pixels) and `hashes` the perceptual
    hashes of frames evenly spread over the clip, in hexadecimal: all three from the decode pass of
    a scan.
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
    video_id: str | None = None
    scenes: list[float] = Field(default_factory=list)
    motion: float | None = None
    hashes: list[str] = Field(default_factory=list)
    published: PublishedCut | None = None


class Certificate(Record):
    """Proof that a context holds nothing of the future.

    All times are of the *source*: `context_last` is that of the last frame decoded from the
    context file, `future_first` that of the first frame of the future file. `shared_frames`
    counts source frames that went into both files and is 0 in every valid certificate; the two
    frame counts are those decoded from the finished files, not those of their headers. The digests
    (see `cutting.digest`) name the finished files; older certificates have none.
    """

    context_frames: int = Field(gt=0)
    future_frames: int = Field(gt=0)
    context_last: float
    future_first: float
    shared_frames: Literal[0] = 0
    context_sha256: str | None = None
    future_sha256: str | None = None

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        if self.context_last >= self.future_first:
            raise ValueError(
                f"leak: the context's last frame is at {self.context_last} s, "
                f"the future's first at {self.future_first} s"
            )
        return self


class Split(Record):
    """A clip cut in two at `cut` seconds; `how` names the rule and its reason.

    Only where others cut the clip and distribute no future (V1-33K) are `future` and
    `certificate` None; nobody vouches for such a context.
    """

    id: str
    clip_id: str
    video_id: str
    context: Media
    future: Media | None
    cut: float = Field(gt=0)
    how: str
    certificate: Certificate | None
    fps: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    context_events: list[Event] = Field(default_factory=list)
    future_events: list[Event] = Field(default_factory=list)
    context_caption: str | None = None
    future_caption: str | None = None
    part: Part | None = None
    source: str | None = None
    license: str | None = None
    hashes: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _futures_are_certified(self) -> Self:
        if (self.future is None) != (self.certificate is None):
            raise ValueError(f"{self.id}: a future and its certificate come together")
        return self


class Pair(Record):
    """Two frames of one clip, at `t0` and `t1` seconds, and the action between them.

    Pairs that came as pictures have no times: both are None.

    `motion` is the mean optical flow along the frames between them, in pixels at a width of 160,
    what the camera moved taken off. `order` certifies that `before` was decoded at `t0` and
    `after` at `t1`: the numbers of the two source frames in display order, None for pairs that
    came as pictures.
    `action_score` is the length-normalised log-likelihood of a model's label.
    """

    id: str
    clip_id: str
    video_id: str
    before: str
    after: str
    t0: float | None
    t1: float | None
    motion: float | None = None
    order: tuple[int, int] | None = None
    action: str | None = None
    action_source: Literal["human", "model"] | None = None
    action_model: str | None = None
    action_score: float | None = None
    part: Part | None = None
    source: str | None = None
    license: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.t0 is None) != (self.t1 is None):
            raise ValueError(f"{self.id}: one of the two frames has no time")
        late = self.t0 is not None and self.t1 is not None and self.t1 <= self.t0
        if late or (self.order is not None and self.order[1] <= self.order[0]):
            raise ValueError(f"{self.id}: the second frame does not follow the first")
        return self


class Negative(Record):
    """What a pair is not, to tell a model that knows the action from one that does not.

    `swapped` shows the pair's frames in reverse, `copied` the first twice, `other_clip` the after
    frame of another clip; `other_action` shows the pair itself with an action that is not its own.
    """

    id: str
    pair_id: str
    video_id: str
    kind: Literal["swapped", "copied", "other_clip", "other_action"]
    before: str
    after: str
    action: str | None
    part: Part | None = None


class Answered(Record):
    """Base of what a teacher, or an annotator, says of one video; `model` names who said it."""

    id: str
    video_id: str
    model: str


class Reasoning(Answered):
    """Thoughts about a split's context alone, and the future that they predict."""

    split_id: str
    reasoning: str = Field(min_length=1)
    prediction: str = Field(min_length=1)


class Critique(Answered):
    """A judgement of a prediction by one who knows the future; `conclusion` as it was given."""

    split_id: str
    reasoning: str
    prediction: str = Field(min_length=1)
    critique: str = Field(min_length=1)
    conclusion: str


class Guess(Record):
    """One event that may follow, why, and how sure of it the speaker is."""

    event: str = Field(min_length=1)
    why: str
    confidence: float = Field(ge=0, le=1)


class Causal(Answered):
    """A causal explanation of a clip, or of a split's context, and what most likely follows."""

    video: Media
    explanation: str = Field(min_length=1)
    prediction: str = Field(min_length=1)
    guesses: list[Guess] = Field(default_factory=list)
    part: Part | None = None


class VideoQuestion(Record):
    """A question about a whole video with its answer; `options` where it is a choice."""

    id: str
    video_id: str
    video: Media
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    options: list[str] = Field(default_factory=list)
    kind: str = ""
    part: Part | None = None
    source: str | None = None
    license: str | None = None

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Self:
        if self.options and self.answer not in self.options:
            raise ValueError(f"{self.id}: the answer is not among the options")
        return self


class Message(Record):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Example(Record):
    """One row of an instruction set.

    `<video>` and `<image>` stand in the messages once for each video and each image. A row has
    videos or images, never both: EasyR1 takes one modality a file. `rejected` is a worse answer,
    for preference training.
    """

    id: str
    task: TaskName
    messages: list[Message] = Field(min_length=2)
    videos: list[Media] = Field(default_factory=list)
    images: list[str] = Field(default_factory=list)
    answer: str
    rejected: str | None = None
    options: list[str] = Field(default_factory=list)
    video_id: str
    provenance: str
    source: str | None = None
    license: str | None = None

    @model_validator(mode="after")
    def _placeholders_match(self) -> Self:
        for kind, media in (("video", self.videos), ("image", self.images)):
            tags = sum(message.content.count(f"<{kind}>") for message in self.messages)
            if tags != len(media):
                raise ValueError(f"{self.id}: {tags} <{kind}> tags for {len(media)} {kind}s")
        if self.videos and self.images:
            raise ValueError(f"{self.id}: videos and images in one row")
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
    `context_caption` tells what the context shows, and nothing of what follows. `gap` is the time
    from the context's last frame to the future's first, in seconds, where it is known.
    """

    context: str
    future: str
    context_caption: str | None = None
    gap: float | None = Field(default=None, gt=0)


class Prediction(Record):
    """A generated future of a `ForesightItem`, or the reason why there is none.

    `sample` numbers, from 0, the futures that one generator made of one item under one condition.
    `condition` is what the generator was told beside the context: nothing, the context's caption,
    or the answer of the model `answered_by`, whose letter is `told`; `round` 2 marks the answer
    that the model gave after feedback.

    `prompt_has_label` true says that the generator was told what would happen: a leak, unless the
    condition is an answer, which the model gave by itself and which may be right.
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
    sample: int = Field(default=0, ge=0)
    condition: Condition = "none"
    answered_by: str | None = None
    told: str | None = None
    round: Literal[1, 2] = 1

    @model_validator(mode="after")
    def _video_or_failure(self) -> Self:
        if (self.video is None) == (self.failure is None):
            raise ValueError(f"{self.id}: exactly one of video and failure must be given")
        return self

    @model_validator(mode="after")
    def _answers_have_a_model(self) -> Self:
        if (self.condition == "answer") != (self.answered_by is not None):
            raise ValueError(f"{self.id}: an answer was told exactly where answered_by names whose")
        if self.condition != "answer" and (self.told is not None or self.round != 1):
            raise ValueError(f"{self.id}: told and round belong to a model's answer")
        return self

"""Whom to ask, how, and at what price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data_prep.errors import UserError
from data_prep.teacher.asking import Tokens
from data_prep.teacher.pictures import Mode
from data_prep.teacher.tasks.base import Task
from data_prep.vision import VisionBudget

_MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in any currency; None where that is not known."""

    prompt: float | None = None
    completion: float | None = None

    def cost(self, tokens: Tokens) -> float | None:
        """Return what `tokens` cost."""
        if self.prompt is None or self.completion is None:
            return None
        return (tokens.prompt * self.prompt + tokens.completion * self.completion) / _MILLION


UNKNOWN = Prices()


@dataclass(frozen=True)
class Asking:
    """Whom to ask, and how.

    Attributes:
        url: base address of an OpenAI-compatible endpoint.
        model: its name there.
        budget: of the frames or clips that are sent.
        media: whether frames, clips or nothing but text is sent.
        temperature: of the sampling; None leaves it to the endpoint.
        max_tokens: of one reply; None leaves it to the endpoint.
        seed: of the sampling.
        body: further fields of each call, or others in place of the three above; None removes one.
        enforce_schema: whether the endpoint is asked to enforce the schema of the answers.
        key_variable: the environment variable that holds the API key.
        concurrency: number of calls under way at a time.
        timeout: seconds of silence after which a call is made again.
        retries: how often, see `Endpoint`.
        workers: processes that decode media; one for each core if None.
        decode_timeout: seconds that one medium may take to decode.
    """

    url: str
    model: str
    budget: VisionBudget
    media: Mode = "frames"
    temperature: float | None = 0.0
    max_tokens: int | None = 2048
    seed: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    enforce_schema: bool = False
    key_variable: str = "OPENAI_API_KEY"
    concurrency: int = 8
    timeout: float = 120.0
    retries: int = 5
    workers: int | None = None
    decode_timeout: float = 120.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            UserError: a value is out of range.
        """
        for option, value, valid, rule in (
            ("--concurrency", self.concurrency, self.concurrency > 0, "1 or more"),
            ("--timeout", self.timeout, self.timeout > 0, "more than 0 seconds"),
            ("--retries", self.retries, self.retries >= 0, "0 or more"),
            ("--workers", self.workers, self.workers is None or self.workers > 0, "1 or more"),
            ("--max-tokens", self.max_tokens, (self.max_tokens or 1) > 0, "1 or more"),
        ):
            if not valid:
                raise UserError(f"{option} must be {rule}", seen=value)

    def fields(self, task: Task[Any, Any, Any]) -> dict[str, Any]:
        """Return the fields of a call, but for the model and the messages."""
        fields: dict[str, Any] = {
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
        }
        if self.enforce_schema and task.plain is None:
            schema = {"name": task.name, "schema": task.schema.model_json_schema(), "strict": True}
            fields["response_format"] = {"type": "json_schema", "json_schema": schema}
        return {name: value for name, value in {**fields, **self.body}.items() if value is not None}

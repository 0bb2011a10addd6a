"""One OpenAI-compatible endpoint: a list of messages goes in, a reply or a reason comes out."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from data_prep.cutting.refusal import Refused
from data_prep.errors import UserError
from data_prep.teacher.cache import Reply

# Wider than OpenAI's own type: that has no videos.
Messages = Sequence[Mapping[str, Any]]
# What no other item of the run would fare better with.
_HOPELESS = {401: "refuses the API key", 404: "knows no such address or model"}
_LONGEST_REASON = 300
# The longest pause that the client takes at an endpoint's wish.
_LONGEST_PAUSE = 120.0
# So many items in a row, each after all its retries, are no accident of an item.
_UNREACHABLE_IN_A_ROW = 20


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class Endpoint:
    """A model behind an endpoint; `retries` counts the calls that had to be made again."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        body: Mapping[str, Any],
        key_variable: str,
        timeout: float,
        retries: int,
    ) -> None:
        """Take the address and what goes into each call; nothing is sent yet.

        Args:
            url: the base address, such as `http://localhost:8000/v1`.
            model: its name there.
            body: further fields of each call, such as `temperature`.
            key_variable: the environment variable that holds the API key, if there is one.
            timeout: seconds of silence after which a call is made again.
            retries: how often a call is made again after a time-out, a lost connection, a 429 or
                a 5xx; in between the client waits as long as the endpoint asks it to, else longer
                each time.

        Raises:
            UserError: the address is none.
        """
        import openai  # noqa: PLC0415 - an extra; a second to import

        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UserError(
                "--endpoint must be the base address of an OpenAI-compatible server",
                seen=url,
                fix="--endpoint http://localhost:8000/v1",
            )
        self.host = parts.hostname + (f":{parts.port}" if parts.port else "")
        self.retries = 0
        self._openai = openai
        self._body = dict(body)
        self._model, self._variable = model, key_variable
        self._key = os.environ.get(key_variable) or "none"
        self._patience = (timeout + _LONGEST_PAUSE) * (retries + 1)
        self._lost, self._hopeless = 0, ""
        self._client = openai.AsyncOpenAI(
            base_url=url, api_key=self._key, timeout=timeout, max_retries=retries
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def ask(self, messages: Messages) -> Reply:
        """Send `messages` and return what the model replies.

        Raises:
            Refused: the call failed, after all retries; another item may fare better.
            UserError: no call can succeed: a wrong key, model or address.
        """
        if self._hopeless:
            raise self._stop(self._hopeless)
        completions = self._client.chat.completions.with_raw_response
        try:
            async with asyncio.timeout(self._patience):
                response = await completions.create(
                    model=self._model,
                    messages=cast(Any, messages),
                    extra_body=self._body,
                )
        except (self._openai.APITimeoutError, TimeoutError) as error:
            raise Refused("timeout", "no reply in time, after all retries") from error
        except self._openai.APIConnectionError as error:
            raise self._unreachable(error) from error
        except self._openai.APIStatusError as error:
            self._lost = 0
            raise self._failed(error) from error
        self._lost = 0
        self.retries += response.retries_taken
        return self._read(response.text)

    def _read(self, raw: str) -> Reply:
        try:
            completion = _Completion.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "body"
            raise Refused("not a completion", f"{where}: {first['msg']}") from error
        choice, usage = completion.choices[0], completion.usage or _Usage()
        return Reply(
            text=choice.message.content or "",
            refusal=choice.message.refusal,
            finish=choice.finish_reason,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            raw=raw,
        )

    def _failed(self, error: Any) -> Exception:
        told = self._tell(f"{error.status_code}: {error.message}")
        if error.status_code in _HOPELESS:
            self._hopeless = f"{_HOPELESS[error.status_code]}\n{told}"
            return self._stop(self._hopeless)
        return Refused(f"http {error.status_code}", told)

    def _unreachable(self, error: Exception) -> Exception:
        self._lost += 1
        told = self._tell(str(error.__cause__ or error) or type(error).__name__)
        if self._lost >= _UNREACHABLE_IN_A_ROW:
            self._hopeless = f"cannot be reached, {self._lost} times in a row\n{told}"
            return self._stop(self._hopeless)
        return Refused("unreachable", told)

    def _stop(self, why: str) -> UserError:
        what, told = why.split("\n", 1)
        return UserError(
            f"the endpoint {self.host} {what}",
            seen=told,
            fix=f"see --endpoint (mostly it ends in /v1), --model and the variable "
            f"{self._variable} (see --api-key-env); then start again: no answer is lost",
        )

    def _tell(self, text: str) -> str:
        """Return one line of an error, without the key that a server may have repeated."""
        line = " ".join(text.split())
        if self._key != "none":
            line = line.replace(self._key, "(key)")
        return line[:_LONGEST_REASON]

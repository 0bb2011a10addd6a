"""What our models share: they answer from the documents, and never open a video."""

from collections.abc import Mapping, Sequence
from typing import Any

from lmms_eval.api.instance import Instance
from lmms_eval.api.model import lmms

from data_prep.errors import UserError

Doc = Mapping[str, Any]


class Offline(lmms):  # type: ignore[misc]
    """A chat model whose replies come from somewhere else than a network."""

    is_simple = False

    def reply(self, task: str, doc: Doc, prompt: str) -> str:
        """Return what is said to the prompt of a document."""
        raise NotImplementedError

    def docs(self, task: str, split: str) -> Any:
        """Return the documents of a task."""
        return self.task_dict[task][split]

    def generate_until(self, requests: Sequence[Instance]) -> list[str]:
        """Return one reply a request, in their order."""
        replies = []
        for request in requests:
            prompt, _, _, number, task, split = request.args
            replies.append(self.reply(task, self.docs(task, split)[number], prompt))
        return replies

    def loglikelihood(self, requests: Sequence[Instance]) -> list[tuple[float, bool]]:
        """Refuse: our tasks ask for text."""
        raise NotImplementedError("no task of videoreason asks for likelihoods")

    def generate_until_multi_round(self, requests: Sequence[Instance]) -> list[str]:
        """Refuse: our tasks have one round."""
        raise NotImplementedError("no task of videoreason has several rounds")


# What lmms-eval gives to every model beside its `--model_args`.
HOST_SETTINGS = frozenset({"batch_size", "max_batch_size", "device"})


def refuse_unknown(given: Mapping[str, Any], model: str, known: Sequence[str]) -> None:
    """Refuse settings that a model does not have.

    Raises:
        UserError: there is one.
    """
    unknown = sorted(given.keys() - HOST_SETTINGS)
    if unknown:
        raise UserError(
            f"{model} has no such setting",
            seen=", ".join(unknown),
            fix=f"--model_args takes {', '.join(known)}",
        )

"""The rewards: pure functions of a reply and its ground truth, each between 0 and 1.

None of them raises, whatever the reply. A reply is read by `reward_fns.answers` alone, so a reward
agrees with the evaluation on every string.
"""

import itertools
import re
from collections.abc import Sequence

from reward_fns.answers import format_fault, read_answer, read_choice, read_confidence
from reward_fns.antonyms import opposed, stem, words
from reward_fns.ground_truth import GroundTruth

_PRONOUN = frozenset({"it", "he", "she", "they", "someone", "somebody", "something"})
_STOP = _PRONOUN | {
    *("a", "an", "the", "its", "his", "her", "their", "this", "that", "these", "those"),
    *("is", "are", "was", "were", "be", "been", "being", "will", "does", "do"),
    *("to", "of", "and", "then", "some", "one", "with", "by", "at", "from", "as"),
}
_HEDGES = frozenset({"or", "either"})
# Words more than the truth has, for free.
_SPARE = 2
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def accuracy(reply: str, truth: GroundTruth) -> float:
    """Return how right the reply is, by the measure of its kind of row.

    A choice is right or wrong; an action is matched by verb and object; other open answers by
    ROUGE-L.
    """
    if truth.options:
        return choice(reply, truth)
    return action(reply, truth) if truth.task == "inverse_dynamics" else rouge_l(reply, truth)


def choice(reply: str, truth: GroundTruth) -> float:
    """Return 1 if the reply chooses the right option; unparsed is 0."""
    if len(truth.options) < 2:
        return 0.0
    return float(read_choice(reply, truth.letters).letter == truth.answer)


def form(reply: str) -> float:
    """Return 1 for exactly one `<think>…</think><answer>…</answer>` and nothing else."""
    return float(format_fault(reply) is None)


def rouge_l(reply: str, truth: GroundTruth) -> float:
    """Return ROUGE-L, less for replies that are longer than the truth.

    That is the F measure of the longest common subsequence of words (Lin 2004, beta = 1), times
    (m + 2) / n where a reply of n words is longer than the truth's m words by more than two: an
    enumeration of what might happen would else earn more than a wrong answer. "One or the other"
    is 0.
    """
    said, meant = _said(reply, truth), _tokens(truth.answer)
    if not said or not meant:
        return 0.0
    overlap = 2 * _longest_common(said, meant) / (len(said) + len(meant))
    return overlap * min(1.0, (len(meant) + _SPARE) / len(said))


def action(reply: str, truth: GroundTruth) -> float:
    """Return how well a reply names the action: F measure over its content words.

    It is 0 unless the verb is the right one, 0 where a word says the opposite of the truth ("moves
    left" for "moves right"), and 0 for a reply that lists actions: more than two content words that
    the truth has not, or three times its words. Words are compared without their endings.
    """
    spoken = _said(reply, truth)
    said = {stem(word) for word in spoken if word not in _STOP}
    # Small words such as "up" and "off" decide, so opposites are looked for among all of them.
    everything = [stem(word) for word in _tokens(truth.answer)]
    meant = {stem(word) for word in _tokens(truth.answer) if word not in _STOP}
    if not meant or stem(_verb(_tokens(truth.answer))) not in said:
        return 0.0
    lists = len(said - meant) > _SPARE or len(spoken) > 3 * len(everything) + _SPARE
    if lists or opposed(said, everything):
        return 0.0
    return 2 * len(said & meant) / (len(said) + len(meant))


def calibration(reply: str, truth: GroundTruth) -> float:
    """Return 1 - (p - y)², Brier's proper score, of the stated confidence p in the answer.

    y is the accuracy. It is 0 where no confidence is stated, or no answer of a choice is read:
    being sure that one has said nothing is no merit.
    """
    stated = read_confidence(reply)
    if stated is None:
        return 0.0
    if truth.options and (
        len(truth.options) < 2 or read_choice(reply, truth.letters).letter is None
    ):
        return 0.0
    return 1.0 - (stated - accuracy(reply, truth)) ** 2


def length(tokens: float, right: float, *, low: int, high: int) -> float:
    """Return 1 for a right reply of `low` to `high` tokens (Video-R1, arXiv 2503.21776)."""
    return float(right > 0.5 and low <= tokens <= high)


def _said(reply: str, truth: GroundTruth) -> list[str]:
    """Return the words of the answer; none where it offers one thing or another."""
    answer = read_answer(reply)
    found = [] if answer is None else _tokens(answer)
    hedges = _HEDGES.intersection(found) - set(_tokens(truth.answer))
    return [] if hedges else found


def _tokens(text: str) -> list[str]:
    # Scripts without spaces are compared by the character.
    return words(_CJK.sub(r" \g<0> ", text))


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for column, match in enumerate(other, start=1):
            above = row[column]
            row[column] = before + 1 if word == match else max(above, row[column - 1])
            before = above
    return row[-1]


def _verb(sentence: Sequence[str]) -> str:
    """Return the verb of a short sentence: the -ing form, what follows a pronoun, or the s form.

    A sentence with none of them is a command: its first word.
    """
    for word in sentence:
        if word.endswith("ing") and len(word) > 5:
            return word
    for pronoun, word in itertools.pairwise(sentence):
        if pronoun in _PRONOUN and word not in _STOP:
            return word
    content = [word for word in sentence if word not in _STOP]
    if sentence and sentence[0] in {"a", "an", "the", "one", "this", "that"}:
        for word in content[1:]:
            if word.endswith("s") and not word.endswith("ss"):
                return word
    return content[0] if content else ""

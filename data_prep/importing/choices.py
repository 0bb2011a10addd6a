"""Reading options out of the text of a multiple-choice question."""

import re
from dataclasses import dataclass

from reward_fns.answers import letters, read_choice

_OPTION = re.compile(r"^\s*\(?([A-Z])\s*[.):]\s*(.+?)\s*$")


@dataclass(frozen=True)
class ChoiceText:
    """A question without its options, the options' texts in order, and the right one."""

    question: str
    options: list[str]
    answer: str


def read_choice_question(text: str, answer: str) -> ChoiceText | str:
    """Take a question with one lettered option a line apart, or say why that cannot be done.

    Lines after the last option, such as how to answer, are dropped.
    """
    question: list[str] = []
    options: list[str] = []
    for line in text.splitlines():
        option = _OPTION.match(line)
        if option and ord(option[1]) == ord("A") + len(options):
            options.append(option[2])
        elif not options:
            question.append(line)
    stem = "\n".join(question).strip()
    if not stem or len(options) < 2:
        return "its options cannot be read"
    if len(set(options)) < len(options):
        return "two of its options are the same"
    letter = read_choice(answer, letters(options)).letter
    if letter is None:
        return "its answer names no option"
    return ChoiceText(stem, options, options[ord(letter) - ord("A")])

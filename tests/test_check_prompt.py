"""What GRPO asks is, word for word, what the evaluation after reasoning asks."""

from pathlib import Path

import jinja2
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from data_prep.prompts import THINK_THEN_ANSWER, choice_prompt, reasoned_choice_prompt
from lmms_tasks.futurebench.task import VARIANTS

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "recipes/grpo/reasoning.jinja"


def asked_in_training(prompt: str) -> str:
    """Render a row's prompt as EasyR1 does (`verl/utils/dataset.py`)."""
    return jinja2.Template(TEMPLATE.read_text().strip()).render(content=prompt)


def test_a_choice_is_asked_as_futurebench_reasoning_asks_it() -> None:
    doc = {"question": "What happens next?", "options": ["it <stops>", "it moves", "it's off"]}
    row = f"<video>{choice_prompt(doc['question'], doc['options'])}"
    assert asked_in_training(row) == f"<video>{VARIANTS['reasoning'].doc_to_text(doc)}"


line = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    str.strip
)


@given(question=line.filter(bool), options=st.lists(line.filter(bool), min_size=2, unique=True))
def test_any_choice_is_asked_as_in_evaluation(question: str, options: list[str]) -> None:
    row = f"<video>{choice_prompt(question, options[:26])}"
    assert asked_in_training(row) == f"<video>{reasoned_choice_prompt(question, options[:26])}"


@pytest.mark.parametrize("question", ["<video>What follows?", "<video> What follows?\n"])
def test_an_open_question_is_asked_with_the_same_instruction(question: str) -> None:
    assert asked_in_training(question) == f"{question.strip()}\n\n{THINK_THEN_ANSWER}"


def test_every_recipe_that_thinks_uses_it() -> None:
    for recipe in sorted((ROOT / "recipes/grpo").glob("*.yaml")):
        named = yaml.safe_load(recipe.read_text())["data"].get("format_prompt")
        assert named is None or (ROOT / named) == TEMPLATE, recipe

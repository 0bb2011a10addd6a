"""The command line of the builders: `python -m data_prep build …`."""

import typer

from data_prep.builders.cli_events import (
    build_caption_command,
    build_next_event_command,
    build_previous_event_command,
    build_videoreason_command,
    build_what_happens_next_command,
)
from data_prep.builders.cli_futurebench import build_futurebench_command, mark_blind_command
from data_prep.builders.cli_pictures import (
    build_forward_dynamics_command,
    build_inverse_dynamics_command,
)
from data_prep.builders.cli_texts import (
    build_causal_command,
    build_choice_qa_command,
    build_critique_command,
    build_mix_command,
    build_open_qa_command,
    build_preference_command,
    build_reasoning_command,
)

build = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Build an instruction set or a benchmark from a manifest.",
)
build.command("next-event")(build_next_event_command)
build.command("previous-event")(build_previous_event_command)
build.command("what-happens-next")(build_what_happens_next_command)
build.command("caption")(build_caption_command)
build.command("open-qa")(build_open_qa_command)
build.command("choice-qa")(build_choice_qa_command)
build.command("reasoning")(build_reasoning_command)
build.command("critique")(build_critique_command)
build.command("preference")(build_preference_command)
build.command("causal")(build_causal_command)
build.command("inverse-dynamics")(build_inverse_dynamics_command)
build.command("forward-dynamics")(build_forward_dynamics_command)
build.command("mix")(build_mix_command)
build.command("videoreason")(build_videoreason_command)
build.command("futurebench")(build_futurebench_command)
build.command("blind-marks")(mark_blind_command)

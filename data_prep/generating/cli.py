"""The `generate` command."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from data_prep.errors import UserError
from data_prep.generating.generate import generate
from data_prep.generating.output import print_generated
from data_prep.generating.settings import GeneratorName, LtxSettings, Settings
from data_prep.records import Condition
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar

_LTX = LtxSettings()


def generate_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="That holds videoreason.jsonl.")],
    *,
    generator: Annotated[
        GeneratorName,
        typer.Option(
            help="copy repeats the last frame; linear and flow draw the last change, or motion, "
            "out; toyworld draws the answer it is told, for items of the toy world; ltx is a video "
            "model (GPU); folder takes files made elsewhere."
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="What the rows call it; by default as the generator.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Futures of each item.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of all samples.")] = 0,
    condition: Annotated[
        Condition,
        typer.Option(help="What it is told: nothing, what the context shows, or an answer."),
    ] = "none",
    answers: Annotated[
        Path | None,
        typer.Option(help="Log of samples of videoreason_future: what the evaluated model said."),
    ] = None,
    answered_by: Annotated[
        str | None, typer.Option(help="The evaluated model, as the rows are to name it.")
    ] = None,
    round: Annotated[
        int, typer.Option(min=1, max=2, help="2 for answers given after feedback.")
    ] = 1,
    allow_leak: Annotated[
        bool,
        typer.Option("--allow-leak", help="Mark prompts that hold the true label; do not refuse."),
    ] = False,
    clips: Annotated[
        Path | None,
        typer.Option(
            "--folder", help="For folder: ITEM_SAMPLE.mp4, and ITEM_SAMPLE.txt with its prompt."
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="For ltx: a folder or a hub name.")] = _LTX.model,
    steps: Annotated[int, typer.Option(min=1, help="For ltx: of denoising.")] = _LTX.steps,
    guidance: Annotated[float, typer.Option(help="For ltx: its scale.")] = _LTX.guidance,
    model_fps: Annotated[
        float, typer.Option(help="For ltx: frames a second that the model makes.")
    ] = _LTX.fps,
    short_side: Annotated[
        int, typer.Option(min=32, help="For ltx: pixels that the model's pictures have at least.")
    ] = _LTX.short_side,
    batch: Annotated[int, typer.Option(min=1, help="For ltx: clips at once.")] = _LTX.batch,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
) -> None:
    """Generate futures of VideoReason items: predictions.jsonl, and an mp4 for each.

    The floor that every generator is measured against:

        python -m data_prep generate splits --generator copy

    Four samples an item of a video model that is told nothing:

        python -m data_prep generate splits --generator ltx --samples 4

    What a model's own answers look like:

        python -m data_prep generate splits --generator ltx --condition answer \\
            --answers logs/STAMP_samples_videoreason_future.jsonl --answered-by qwen2_5_vl_7b

    Files that were made elsewhere, named ITEM_SAMPLE.mp4:

        python -m data_prep generate splits --generator folder --folder clips --name my_model
    """
    if model_fps <= 0:
        raise UserError("--model-fps must be more than 0", seen=model_fps)
    which: Literal[1, 2] = 2 if round == 2 else 1
    settings = Settings(
        generator=generator,
        name=name or generator,
        samples=samples,
        seed=seed,
        condition=condition,
        answers=answers,
        answered_by=answered_by,
        round=which,
        allow_leak=allow_leak,
        folder=clips,
        ltx=LtxSettings(model, steps, guidance, model_fps, short_side, batch),
    )
    with progress_bar("generating") as progress:
        summary = generate(
            folder, settings, engine=Engine(engine, address, workers, timeout), progress=progress
        )
    print_generated(summary)
    if not summary.made:
        raise UserError(
            f"none of {len(summary.failures)} futures was made; each failure is a row",
            seen=summary.failures.first[0].reason,
        )

"""The `annotate` command."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from data_prep.errors import UserError
from data_prep.steps.progress import progress_bar
from data_prep.vision import DEFAULT_BUDGET, load_budget

TaskName = Literal["caption", "events", "split", "reason", "critique", "causal", "action"]
MediaMode = Literal["frames", "video", "none"]


def annotate(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="The manifest to go through.")],
    *,
    task: Annotated[TaskName, typer.Option(help="What to ask.")],
    endpoint: Annotated[
        str, typer.Option(metavar="URL", help="Base address of an OpenAI-compatible server.")
    ],
    model: Annotated[str, typer.Option(metavar="NAME", help="The model's name there.")],
    out: Annotated[
        Path,
        typer.Option(help="Folder, or .jsonl file, to write; above the media that rows name."),
    ],
    splits: Annotated[
        Path | None, typer.Option(help="For critique: the splits of the predictions.")
    ] = None,
    media: Annotated[
        MediaMode, typer.Option(help="Send frames as JPEG, clips as mp4, or text alone.")
    ] = "frames",
    vision: Annotated[
        str, typer.Option(metavar="FILE:PROFILE", help="Vision budget of what is sent.")
    ] = DEFAULT_BUDGET,
    template: Annotated[
        Path | None, typer.Option(help="A jinja file in place of the task's own prompt.")
    ] = None,
    temperature: Annotated[float, typer.Option(min=0.0, help="Of the sampling.")] = 0.0,
    max_tokens: Annotated[int, typer.Option(min=1, help="Of one reply.")] = 2048,
    seed: Annotated[int, typer.Option(help="Of the sampling; another one asks anew.")] = 0,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="JSON", help='More fields of each call; null removes one: {"seed": null}.'
        ),
    ] = None,
    enforce_schema: Annotated[
        bool, typer.Option("--enforce-schema", help="Have the endpoint enforce valid JSON.")
    ] = False,
    api_key_env: Annotated[
        str, typer.Option(metavar="NAME", help="Environment variable that holds the API key.")
    ] = "OPENAI_API_KEY",
    concurrency: Annotated[int, typer.Option(min=1, help="Calls under way at a time.")] = 8,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a reply.")] = 120.0,
    retries: Annotated[
        int, typer.Option(min=0, help="Further calls after a time-out, a 429 or a 5xx.")
    ] = 5,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that decode; by default one a core.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="SQLite file of replies; by default in the output's folder.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many items.")] = None,
    price_in: Annotated[
        float | None, typer.Option(min=0.0, help="Price of a million prompt tokens.")
    ] = None,
    price_out: Annotated[
        float | None, typer.Option(min=0.0, help="Price of a million completion tokens.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the first prompt and count calls; ask nothing.")
    ] = False,
) -> None:
    """Have a large model caption, cut, foresee, judge or explain clips; replies are kept.

    clips.jsonl gets captions, events or cuts; splits.jsonl gives reasoning.jsonl or causal.jsonl;
    reasoning.jsonl gives critiques.jsonl; pairs.jsonl gets actions. Reasoning never sees the
    future. Items without an answer are named in the report beside the output. A second run, or one
    after a kill, asks nothing that was answered.

    Caption your clips with a model that vLLM, or `llamafactory-cli api`, serves on this machine:

        python -m data_prep annotate videos/clips.jsonl --task caption \\
            --endpoint http://localhost:8000/v1 --model Qwen/Qwen2.5-VL-7B-Instruct \\
            --out videos/captioned.jsonl

    See what predictions from a commercial model would cost, then have them judged:

        python -m data_prep annotate splits/splits.jsonl --task reason --dry-run \\
            --endpoint https://api.openai.com/v1 --model gpt-4o --out splits \\
            --price-in 2.5 --price-out 10

        python -m data_prep annotate splits/reasoning.jsonl --task critique \\
            --splits splits/splits.jsonl --endpoint https://api.openai.com/v1 --model gpt-4o \\
            --out splits
    """
    _check_installed()
    # Not before: they need the extra.
    from data_prep.teacher import output, rehearsal, run, settings  # noqa: PLC0415

    job = run.Job(task, source, out, splits, template, cache, limit)
    prices = settings.Prices(price_in, price_out)
    asking = settings.Asking(
        url=endpoint,
        model=model,
        budget=load_budget(vision),
        media=media,
        temperature=temperature,
        max_tokens=max_tokens,
        seed=seed,
        body=_read_body(body),
        enforce_schema=enforce_schema,
        key_variable=api_key_env,
        concurrency=concurrency,
        timeout=timeout,
        retries=retries,
        workers=workers,
    )
    if dry_run:
        output.print_rehearsal(rehearsal.rehearse(job, asking), prices)
        return
    with progress_bar("asking", "questions") as progress:
        summary = run.annotate(job, asking, prices=prices, progress=progress)
    output.print_summary(summary)


def _read_body(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise UserError(f"--body is not JSON: {error}", seen=text) from error
    if not isinstance(found, dict) or {"model", "messages", "stream"} & found.keys():
        raise UserError(
            "--body must be a JSON object of settings, without model, messages and stream",
            seen=text,
            fix="--body '{\"top_p\": 0.9}'",
        )
    return found


def _check_installed() -> None:
    try:
        import jinja2  # noqa: F401, PLC0415 - an extra
        import openai  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise UserError(
            "a teacher is asked with packages that are not installed",
            seen=error.name,
            fix="pip install 'videoreason[teacher]'",
        ) from error

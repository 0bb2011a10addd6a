"""The command line of the importers: `python -m data_prep import …`."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.importing.activitynet_qa import import_activitynet_qa
from data_prep.importing.aurora import import_aurora
from data_prep.importing.cli_futurebench import futurebench_command
from data_prep.importing.cli_own import folder_command, table_command
from data_prep.importing.json_array import read_json_array
from data_prep.importing.json_object import read_json_object
from data_prep.importing.library import ScanSettings
from data_prep.importing.nextqa import COLUMNS, import_nextqa, read_csv
from data_prep.importing.options import (
    License,
    Memory,
    Out,
    PartOption,
    Videos,
    finish,
    open_library,
    settings_of,
)
from data_prep.importing.ssv2 import import_ssv2
from data_prep.importing.v1_33k import Layout, import_v1_33k
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption

import_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Join a data set's annotations with its videos, each decode-checked once.",
)
import_app.command("folder")(folder_command)
import_app.command("table")(table_command)
import_app.command("futurebench")(futurebench_command)


@import_app.command("v1-33k")
def v1_33k_command(
    annotations: Annotated[Path, typer.Argument(help="next_event_prediction.json")],
    *,
    videos: Videos,
    layout: Annotated[Layout, typer.Option(help="Which videos these are.")],
    out: Out = None,
    license: License = "unknown",
    part: PartOption = None,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import V1-33K: splits or clips, reasoning, critiques and questions.

    The first parts, which end at the published cut (their futures are not distributed):

        python -m data_prep import v1-33k next_event_prediction.json \\
            --videos V1-33K/first_part_video --layout first-part

    The full videos, then cut where the makers cut them:

        python -m data_prep import v1-33k next_event_prediction.json \\
            --videos V1-33K/full_video --layout full

        python -m data_prep split V1-33K/full_video/v1-33k-full.clips.jsonl --policy published
    """
    name = f"v1-33k-{layout}"
    scan = ScanSettings(
        "V1-33K", license, part, Engine(engine, address, workers, timeout), memory_limit
    )
    library, folder = open_library(videos, out, name, scan, read_json_array(annotations))
    settings = settings_of("v1-33k", name, scan, layout=layout)
    finish(import_v1_33k(annotations, library, folder, layout, settings))


@import_app.command("nextqa")
def nextqa_command(
    annotations: Annotated[Path, typer.Argument(help="A CSV file, such as val.csv.")],
    *,
    videos: Videos,
    part: PartOption,
    mapping: Annotated[
        Path | None,
        typer.Option(help="JSON object from ids to paths, such as map_vid_vidorID.json."),
    ] = None,
    out: Out = None,
    license: License = "unknown",
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import NExT-QA's multiple-choice questions.

    Videos named by their id:

        python -m data_prep import nextqa val.csv --videos NExTVideo --part validation

    Videos that lie in folders of VidOR, as the published mapping says:

        python -m data_prep import nextqa train.csv --videos NExTVideo --part train \\
            --mapping map_vid_vidorID.json
    """
    name = f"nextqa-{part}" if part else "nextqa"
    scan = ScanSettings(
        "NExT-QA", license, part, Engine(engine, address, workers, timeout), memory_limit
    )
    library, folder = open_library(videos, out, "nextqa", scan, read_csv(annotations, COLUMNS))
    settings = settings_of("nextqa", name, scan)
    finish(import_nextqa(annotations, library, folder, mapping, settings))


@import_app.command("activitynet-qa")
def activitynet_qa_command(
    questions: Annotated[Path, typer.Argument(help="Such as train_q.json.")],
    answers: Annotated[Path, typer.Argument(help="Such as train_a.json.")],
    *,
    videos: Videos,
    part: PartOption,
    out: Out = None,
    license: License = "unknown",
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import ActivityNet-QA's open questions.

    The train part, videos named v_ID.mp4, v_ID.mkv or v_ID.webm:

        python -m data_prep import activitynet-qa train_q.json train_a.json \\
            --videos ActivityNet --part train

    The test part, of the same folder:

        python -m data_prep import activitynet-qa test_q.json test_a.json \\
            --videos ActivityNet --part test
    """
    name = f"activitynet-qa-{part}" if part else "activitynet-qa"
    scan = ScanSettings(
        "ActivityNet-QA", license, part, Engine(engine, address, workers, timeout), memory_limit
    )
    library, folder = open_library(
        videos, out, "activitynet-qa", scan, read_json_array(questions), read_json_array(answers)
    )
    settings = settings_of("activitynet-qa", name, scan)
    finish(import_activitynet_qa(questions, answers, library, folder, settings))


@import_app.command("ssv2")
def ssv2_command(
    annotations: Annotated[Path, typer.Argument(help="train.json or validation.json")],
    labels: Annotated[Path, typer.Argument(help="labels.json")],
    *,
    videos: Videos,
    part: PartOption,
    out: Out = None,
    license: License = "unknown",
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import Something-Something v2: clips of one labelled action each.

    The validation part:

        python -m data_prep import ssv2 validation.json labels.json \\
            --videos 20bn-something-something-v2 --part validation

    The train part, with two hours for what one core would do in eight:

        python -m data_prep import ssv2 train.json labels.json \\
            --videos 20bn-something-something-v2 --part train --workers 4
    """
    name = f"ssv2-{part}" if part else "ssv2"
    scan = ScanSettings(
        "Something-Something v2",
        license,
        part,
        Engine(engine, address, workers, timeout),
        memory_limit,
    )
    library, folder = open_library(
        videos, out, "ssv2", scan, read_json_array(annotations), iter(read_json_object(labels))
    )
    settings = settings_of("ssv2", name, scan)
    finish(import_ssv2(annotations, labels, library, folder, settings))


@import_app.command("aurora")
def aurora_command(
    annotations: Annotated[Path, typer.Argument(help="Such as test.json.")],
    *,
    pictures: Annotated[Path, typer.Option(help="Folder of the pictures; they stay there.")],
    part: PartOption,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to, --pictures or above it; by default --pictures."),
    ] = None,
    license: License = "unknown",
) -> None:
    """Import AURORA: pairs of pictures and the action between them; no times are known.

    The test part:

        python -m data_prep import aurora test.json --pictures AURORA/data --part test

    The train part, written to a folder above the pictures:

        python -m data_prep import aurora train.json --pictures AURORA/data --part train \\
            --out AURORA
    """
    name = f"aurora-{part}" if part else "aurora"
    settings = settings_of("aurora", name, ScanSettings("AURORA", license, part))
    finish(import_aurora(annotations, pictures, out or pictures, part, settings))

"""A run against a server that breaks in every way: what is counted, asked again, and kept."""

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import teacher_rows as rows
from teacher_server import Asked, Reply, Said, Server, serve

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, sidecar
from data_prep.records import Clip, Event, Reasoning, Split
from data_prep.teacher.cache import NAME, Cache
from data_prep.teacher.cache import Reply as Stored
from data_prep.teacher.rehearsal import rehearse
from data_prep.teacher.run import Job, Summary, annotate
from data_prep.teacher.settings import UNKNOWN, Asking, Prices

GOOD = json.dumps({"reasoning": "r", "prediction": "p"})
OK = Said(GOOD)
KEY = "sk-very-secret"


def make(folder: Path, count: int = 1) -> Job:
    """Return a job of `count` splits, the words of each its own; names tell them apart."""
    made = [
        rows.split(folder, "a", id=f"s{number}", context_caption=f"Context {number}.")
        for number in range(count)
    ]
    return Job("reason", rows.write(folder / "splits.jsonl", made), folder / "out")


def asking(server: Server, **settings: Any) -> Asking:
    defaults: dict[str, Any] = {"media": "none", "retries": 2, "timeout": 60.0}
    return Asking(server.url, "m", rows.BUDGET, **{**defaults, **settings})


def run(job: Job, server: Server, *, prices: Prices = UNKNOWN, **settings: Any) -> Summary:
    return annotate(job, asking(server, **settings), prices=prices)


def in_turn(*said: Said) -> Reply:
    """Reply with each of `said` in turn, with the last for ever."""
    return lambda asked: said[min(asked.number, len(said) - 1)]


PROSE = f"Of course!\n```json\n{GOOD}\n```\nTell me if you need more."
RESET, BUSY = Said(reset=True), Said("{}", status=429, headers={"retry-after-ms": "1"})
BROKEN, SOON = Said(body=b"oops", status=500), {"retry-after-ms": "1"}
CUT = Said(GOOD[:20], finish="length")
WRONG = Said('{"reasoning": "r", "guess": "p"}')

#: Name -> what the server says in turn, what becomes of the item, the calls, the retries.
FAULTS: dict[str, tuple[list[Said], str, int, int]] = {
    "slow": ([Said(GOOD, delay=0.5)], "parsed", 1, 0),
    "busy, then well": ([BUSY, OK], "parsed", 2, 1),
    "busy for ever": ([BUSY], "http 429", 3, 0),
    "broken, then well": ([Said(body=b"", status=500, headers=SOON), BROKEN, OK], "parsed", 3, 2),
    "overloaded, then well": ([Said(body=b"", status=503, headers=SOON), OK], "parsed", 2, 1),
    "broken for ever": ([Said(body=b"oops", status=500, headers=SOON)], "http 500", 3, 0),
    "reset, then well": ([RESET, OK], "parsed", 2, 1),
    "reset for ever": ([RESET], "unreachable", 3, 0),
    "body cut off, then well": ([Said(GOOD, promised=9), OK], "parsed", 2, 1),
    "too much for the model": ([Said("too long", status=400)], "http 400", 1, 0),
    "forbidden": ([Said("no", status=403)], "http 403", 1, 0),
    "a page of HTML": ([Said(body=b"<html>")], "not a completion", 1, 0),
    "a bare string": ([Said(body=b'"hello"')], "not a completion", 1, 0),
    "no choices": ([Said(body=b'{"choices": []}')], "not a completion", 1, 0),
    "prose around JSON": ([Said(PROSE)], "extracted", 1, 0),
    "thoughts before JSON": ([Said(f"<think>hm</think>{GOOD}")], "extracted", 1, 0),
    "JSON cut off, then well": ([CUT, OK], "repaired", 2, 0),
    "JSON cut off twice": ([CUT], "invalid answer", 2, 0),
    "wrong schema, then well": ([WRONG, OK], "repaired", 2, 0),
    "wrong schema, then prose": ([WRONG, Said(PROSE)], "repaired", 2, 0),
    "wrong schema twice": ([WRONG], "invalid answer", 2, 0),
    "two answers": ([Said(GOOD + GOOD), OK], "repaired", 2, 0),
    "nothing, then well": ([Said(""), OK], "repaired", 2, 0),
    "nothing twice": ([Said(None)], "invalid answer", 2, 0),
    "a refusal in words": ([Said("I'm sorry, I can't help with that.")], "refusal", 1, 0),
    "a refusal by its field": ([Said(None, refusal="not this")], "refusal", 1, 0),
    "a filter": ([Said("", finish="content_filter")], "refusal", 1, 0),
    "a refusal to mend": ([WRONG, Said("I cannot do that.")], "refusal", 2, 0),
    "no usage": ([Said(GOOD, usage=False)], "parsed", 1, 0),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_outcome(tmp_path: Path, name: str) -> None:
    said, outcome, calls, retries = FAULTS[name]
    job = make(tmp_path)
    with serve(in_turn(*said)) as server:
        summary = run(job, server)
    assert (len(server.asked), summary.retries) == (calls, retries)
    manifest, report = job.out / "reasoning.jsonl", job.out / "reasoning.report.jsonl"
    if outcome in {"parsed", "extracted", "repaired"}:
        assert (summary.answered, len(summary.refusals)) == ({outcome: 1}, 0)
        (row,) = read_manifest(manifest, Reasoning, made_by="")
        assert row.split_id == "s0"
        assert report.read_text() == ""
    else:
        assert (summary.answered, summary.refusals.by_kind) == ({}, {outcome: 1})
        assert not manifest.exists()
        assert not sidecar(manifest).exists()
        told = json.loads(report.read_text())
        assert (told["video"], told["kind"]) == ("s0", outcome)
        assert told["reason"].strip()


def test_all_faults_in_one_run_harm_no_other_item(tmp_path: Path) -> None:
    names = list(FAULTS)
    job = make(tmp_path, len(names) + 2)

    def reply(asked: Asked) -> Said:
        number = int(asked.texts[0].split("Context ")[1].split(".")[0])
        if number >= len(names):
            return OK
        said = FAULTS[names[number]][0]
        return said[min(asked.again + (asked.turns > 1), len(said) - 1)]

    with serve(reply) as server:
        summary = run(job, server, concurrency=4)
    outcomes = [FAULTS[name][1] for name in names] + ["parsed", "parsed"]
    rows_in_order = [
        f"s{number}"
        for number, outcome in enumerate(outcomes)
        if outcome in {"parsed", "extracted", "repaired"}
    ]
    found = read_manifest(job.out / "reasoning.jsonl", Reasoning, made_by="")
    assert [row.split_id for row in found] == rows_in_order
    told = [json.loads(line) for line in (job.out / "reasoning.report.jsonl").open()]
    assert [line["video"] for line in told] == [
        f"s{number}" for number in range(len(outcomes)) if f"s{number}" not in rows_in_order
    ]
    counted = {**summary.answered, **summary.refusals.by_kind}
    assert counted == {outcome: outcomes.count(outcome) for outcome in outcomes}


def test_a_call_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    gate = threading.Event()

    def reply(asked: Asked) -> Said:
        gate.wait(60)
        return OK

    with serve(reply) as server:
        try:
            summary = run(make(tmp_path), server, timeout=0.5, retries=1)
        finally:
            gate.set()
    assert (summary.refusals.by_kind, len(server.asked)) == ({"timeout": 1}, 2)


def test_the_server_says_how_long_to_wait(tmp_path: Path) -> None:
    wait = Said("{}", status=429, headers={"retry-after": "2"})
    with serve(in_turn(wait, OK)) as server:
        run(make(tmp_path), server)
    first, second = server.asked
    assert second.at - first.at >= 2


def test_the_teacher_is_shown_its_reply_and_the_fault_once(tmp_path: Path) -> None:
    with serve(in_turn(WRONG, OK)) as server:
        run(make(tmp_path), server)
    first, second = server.asked
    asked, replied, told = second.fields["messages"]
    assert [asked] == first.fields["messages"]
    assert replied == {"role": "assistant", "content": WRONG.text}
    assert told["role"] == "user"
    assert "prediction: Field required" in told["content"]
    assert "guess: Extra inputs" in told["content"]


def test_a_wrong_key_stops_the_run_and_is_never_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)
    refusal = Said(body=f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode(), status=401)
    job = make(tmp_path, 50)
    with serve(lambda asked: refusal) as server, pytest.raises(UserError) as caught:
        run(job, server, key_variable="OUR_KEY", concurrency=2)
    assert "refuses the API key" in str(caught.value)
    assert "OUR_KEY" in str(caught.value)
    assert KEY not in str(caught.value)
    assert server.asked[0].authorization == f"Bearer {KEY}"
    assert len(server.asked) <= 4


def test_the_key_is_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)
    told = Said(body=f'{{"error": {{"message": "bad {KEY}"}}}}'.encode(), status=400)
    with serve(lambda asked: told if "Context 1." in asked.text else OK) as server:
        url = server.url.replace("http://", f"http://user:{KEY}@")
        job = make(tmp_path, 2)
        annotate(job, Asking(url, "m", rows.BUDGET, media="none", key_variable="OUR_KEY"))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 5
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("status", "says"), [(404, "knows no such address or model"), (401, "refuses the API key")]
)
def test_what_no_item_can_mend_stops_the_run(tmp_path: Path, status: int, says: str) -> None:
    job = make(tmp_path, 40)
    failing = Said("no", status=status)
    with serve(lambda asked: failing) as server, pytest.raises(UserError, match=says):
        run(job, server, concurrency=1)
    assert len(server.asked) == 1


def test_an_endpoint_that_is_gone_stops_the_run_with_all_that_was_answered(tmp_path: Path) -> None:
    job = make(tmp_path, 60)
    with serve(lambda asked: OK if asked.number < 10 else RESET) as server:
        with pytest.raises(UserError, match="cannot be reached, 20 times in a row"):
            run(job, server, retries=0, concurrency=2)
        assert len(server.asked) < 60
    # Another server: the last request of the run before may still be on its way to the first.
    with serve(lambda asked: OK) as server:
        summary = run(job, server)
    assert summary.answered == {"parsed": 60}
    assert summary.saved.replies == 10
    assert len(server.asked) == 50


def test_no_more_calls_are_open_than_allowed_and_no_fewer(tmp_path: Path) -> None:
    meeting = threading.Barrier(3, timeout=120)

    def reply(asked: Asked) -> Said:
        meeting.wait()
        return OK

    with serve(reply) as server:
        run(make(tmp_path, 12), server, concurrency=3)
    assert server.most_at_once == 3
    assert len(server.asked) == 12


def test_rows_stand_in_the_order_of_the_items_whoever_is_slow(tmp_path: Path) -> None:
    job = make(tmp_path, 40)
    with serve(lambda asked: Said(GOOD, delay=0.5 if "Context 0." in asked.text else 0)) as server:
        run(job, server, concurrency=4)
    found = read_manifest(job.out / "reasoning.jsonl", Reasoning, made_by="")
    assert [row.split_id for row in found] == [f"s{number}" for number in range(40)]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}


def test_a_second_run_asks_nothing_and_writes_the_same(tmp_path: Path) -> None:
    job = make(tmp_path, 6)
    prices = Prices(2.0, 10.0)
    replies = {"Context 1.": Said("no JSON"), "Context 2.": Said("I'm sorry, I can't."), "": OK}

    def reply(asked: Asked) -> Said:
        return next(said for text, said in replies.items() if text in asked.texts[0])

    with serve(reply) as server:
        first = run(job, server, prices=prices)
        written, calls = contents(job.out), len(server.asked)
        second = run(job, server, prices=prices)
        assert len(server.asked) == calls == 7
    assert (first.paid.replies, first.saved.replies) == (7, 0)
    assert (second.paid.replies, second.saved.replies) == (0, 7)
    assert (first.paid.prompt, first.paid.completion) == (700, 70)
    assert contents(job.out) == written
    settings = json.loads(written["reasoning.meta.json"])["settings"]
    assert settings["usage"] == {
        **{"replies": 7, "prompt_tokens": 700, "completion_tokens": 70, "uncounted_replies": 0},
        **{"cost": pytest.approx(0.0021), "read": {"parsed": 4}},
        "left_out": {"invalid answer": 1, "refusal": 1},
    }
    with sqlite3.connect(job.out / NAME) as file:
        accounts = [json.loads(row[0]) for row in file.execute("SELECT account FROM runs")]
    assert [account["paid"]["cost"] for account in accounts] == [pytest.approx(0.0021), 0]
    assert accounts[1]["saved"]["cost"] == pytest.approx(0.0021)


def test_replies_without_usage_are_counted_as_such(tmp_path: Path) -> None:
    with serve(lambda asked: Said(GOOD, usage=asked.number > 0)) as server:
        summary = run(make(tmp_path, 3), server)
    assert (summary.paid.replies, summary.paid.prompt, summary.paid.uncounted) == (3, 200, 1)


CHANGES: dict[str, dict[str, Any]] = {
    "seed": {"seed": 1},
    "temperature": {"temperature": 0.5},
    "max_tokens": {"max_tokens": 9},
    "body": {"body": {"top_p": 0.1}},
    "budget": {"budget": rows.BUDGET.model_copy(update={"max_frames": 4})},
    "media": {"media": "video"},
}


@pytest.mark.parametrize("name", [*CHANGES, "model", "template", "bytes", "words", "nothing"])
def test_whatever_an_answer_rests_on_is_asked_anew_when_it_changes(
    tmp_path: Path, name: str
) -> None:
    job = make(tmp_path)
    settings: dict[str, Any] = {"media": "frames", "budget": rows.BUDGET}
    with serve(lambda asked: OK) as server:
        annotate(job, Asking(server.url, "m", workers=1, **settings))
        model = "other" if name == "model" else "m"
        if name == "bytes":
            (context,) = (tmp_path / "context").iterdir()
            rows.film(context, range(8, 16))
        if name == "words":
            changed = rows.split(tmp_path, id="s0", context_caption="Another.")
            rows.write(job.source, [changed])
        template = None
        if name == "template":
            template = tmp_path / "own.jinja"
            template.write_text("{{ caption }}")
        again = Job(job.task, job.source, job.out, template=template)
        changes = {**settings, **CHANGES.get(name, {})}
        annotate(again, Asking(server.url, model, workers=1, **changes))
    assert len(server.asked) == (1 if name == "nothing" else 2)


def test_copies_of_one_item_are_asked_about_once(tmp_path: Path) -> None:
    same = [rows.split(tmp_path, id=f"s{i}", context_caption="Same.") for i in range(8)]
    job = Job("reason", rows.write(tmp_path / "splits.jsonl", same), tmp_path / "out")
    with serve(lambda asked: Said(GOOD, delay=0.2)) as server:
        summary = run(job, server, concurrency=8)
    assert len(server.asked) == 1
    assert (summary.paid.replies, summary.saved.replies) == (1, 7)
    found = [row.id for row in read_manifest(job.out / "reasoning.jsonl", Reasoning, made_by="")]
    assert len(set(found)) == 8


def _store(path: Path, who: int, count: int) -> list[str]:
    with Cache(path) as cache:
        return [
            cache.keep(
                str(number),
                Stored(f"{who}", None, "stop", 1, 1, "{}"),
                model="m",
                task="reason",
            ).text
            for number in range(count)
        ]


def test_two_that_share_a_cache_go_on_with_the_same_answers(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite"
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda who: _store(path, who, 25), range(4)))
    assert told[0] == told[1] == told[2] == told[3]


def test_two_folders_may_share_a_cache(tmp_path: Path) -> None:
    shared = tmp_path / "shared.sqlite"
    job = make(tmp_path, 5)
    jobs = [Job("reason", job.source, tmp_path / name, cache=shared) for name in ("one", "two")]
    with serve(lambda asked: OK) as server:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda job: run(job, server), jobs))
        assert len(server.asked) <= 10
        run(Job("reason", job.source, tmp_path / "three", cache=shared), server)
    assert contents(tmp_path / "one").keys() == contents(tmp_path / "two").keys()
    assert len({contents(job.out)["reasoning.jsonl"] for job in jobs}) == 1


@pytest.mark.parametrize(
    ("make_file", "says"),
    [
        (lambda path: path.write_text("no database " * 99), "cannot be used"),
        (lambda path: path.mkdir(), "cannot be used"),
        (
            lambda path: sqlite3.connect(path).execute("PRAGMA user_version = 9"),
            "of another version",
        ),
    ],
    ids=["text", "folder", "version"],
)
def test_a_cache_that_is_none_is_an_error(
    tmp_path: Path, make_file: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "cache.sqlite"
    make_file(path)
    job = make(tmp_path)
    job = Job("reason", job.source, job.out, cache=path)
    with serve(lambda asked: OK) as server, pytest.raises(UserError, match=says):
        run(job, server)


def test_an_output_never_replaces_its_input_or_a_file_of_others(tmp_path: Path) -> None:
    clips_file = rows.write(tmp_path / "clips.jsonl", [rows.clip(tmp_path)])
    other = rows.write(tmp_path / "other.jsonl", [rows.clip(tmp_path)])
    with serve(lambda asked: Said("A caption.")) as server:
        settings: dict[str, Any] = {"media": "frames", "workers": 1}
        for out, says in ((tmp_path, "its own input"), (other, "not written by the same task")):
            with pytest.raises(UserError, match=says):
                run(Job("caption", clips_file, out), server, **settings)
        out = tmp_path / "clips_caption.jsonl"
        for _ in range(2):
            run(Job("caption", clips_file, out), server, **settings)
        with pytest.raises(UserError, match="not written by the same task"):
            run(Job("events", clips_file, out), server, **settings)


def test_rows_can_only_name_media_below_their_own_folder(tmp_path: Path) -> None:
    source = rows.write(tmp_path / "clips.jsonl", [rows.clip(tmp_path)])
    job = Job("caption", source, tmp_path / "out")
    with serve(lambda asked: OK) as server, pytest.raises(UserError, match="below its own folder"):
        run(job, server, media="frames")
    assert server.asked == []


def test_clips_that_do_not_decode_are_reported_and_the_others_answered(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "half.mp4").write_bytes(rows.film(tmp_path / "x.mp4", range(8)).read_bytes()[:900])
    names = ["text.mp4", "half.mp4", "gone.mp4", "x.mp4"]
    made = [rows.clip(tmp_path, id=name, video=name) for name in names]
    job = Job("caption", rows.write(tmp_path / "clips.jsonl", made), tmp_path / "out.jsonl")
    with serve(lambda asked: Said("A caption.")) as server:
        summary = run(job, server, media="frames", workers=2)
    assert summary.refusals.by_kind == {"media": 3}
    assert [refusal.video for refusal in summary.refusals.first] == names[:3]
    assert len(server.asked) == summary.answered.total() == 1


#: Task -> a row, an answer, and what becomes of it without another call.
NOTHING_TO_ASK: dict[str, tuple[str, dict[str, Any], str]] = {
    "a split without a caption": ("split", {"caption": None}, "nothing to split"),
    "a split with one event": ("split", {"events": []}, "nothing to split"),
    "a context without words": (
        "reason",
        {"context_caption": None, "context_events": []},
        "nothing to show",
    ),
}


@pytest.mark.parametrize("name", NOTHING_TO_ASK)
def test_items_with_nothing_to_ask_about_are_counted_and_cost_nothing(
    tmp_path: Path, name: str
) -> None:
    task, changes, kind = NOTHING_TO_ASK[name]
    make_row = rows.clip if task == "split" else rows.split
    source = rows.write(tmp_path / "in.jsonl", [make_row(tmp_path, **changes)])
    with serve(lambda asked: OK) as server:
        summary = run(Job(task, source, tmp_path / "out.jsonl"), server)
    assert (summary.refusals.by_kind, server.asked) == ({kind: 1}, [])


def test_a_judge_needs_the_split_and_its_future(tmp_path: Path) -> None:
    known = rows.split(
        tmp_path, "x", future=None, certificate=None, future_caption=None, future_events=[]
    )
    splits = rows.write(tmp_path / "splits.jsonl", [known])
    source = rows.write(tmp_path / "in.jsonl", [rows.reasoning("x"), rows.reasoning("y")])
    with serve(lambda asked: OK) as server:
        summary = run(Job("critique", source, tmp_path / "out", splits=splits), server)
        with pytest.raises(UserError, match="what really followed"):
            run(Job("critique", source, tmp_path / "out"), server)
    assert (summary.refusals.by_kind, server.asked) == ({"no future": 1, "no split": 1}, [])


def test_a_human_label_is_not_replaced(tmp_path: Path) -> None:
    made = rows.pair(tmp_path, action_source="human", action_model=None)
    source = rows.write(tmp_path / "pairs.jsonl", [made])
    with serve(lambda asked: OK) as server:
        summary = run(Job("action", source, tmp_path / "out.jsonl"), server, media="frames")
    assert (summary.refusals.by_kind, server.asked) == ({"named by a human": 1}, [])


#: What a teacher says that does not fit the clip -> what it is told; None where it may say so.
MISFITS: list[tuple[str, dict[str, Any], str]] = [
    ("events", {"events": [{"start": 0, "end": 5, "text": "t"}]}, "end by 4.00 s"),
    ("events", {"events": [{"start": 2, "end": 2, "text": "t"}]}, "must start before it ends"),
    ("events", {"events": [{"start": 3, "end": 2, "text": "t"}]}, "must start before it ends"),
    ("events", {"events": [{"start": 4.01, "end": 4.05, "text": "t"}]}, "when the video is over"),
    ("events", {"events": []}, "events: List should have at least 1 item"),
    ("split", {"first_future_event": 1}, "it must be 2 to 2"),
    ("split", {"first_future_event": 3}, "it must be 2 to 2"),
    ("split", {"first_future_event": 2, "future_caption": ""}, "needs first_future_event"),
]


@pytest.mark.parametrize(("task", "answer", "says"), MISFITS)
def test_an_answer_that_does_not_fit_the_clip_is_asked_for_once_more(
    tmp_path: Path, task: str, answer: dict[str, Any], says: str
) -> None:
    if task == "split":
        whole = {"suitable": True, "why": "w", "context_caption": "c", "future_caption": "f"}
        answer = {**whole, **answer}
    source = rows.write(tmp_path / "in.jsonl", [rows.clip(tmp_path)])
    job = Job(task, source, tmp_path / "out.jsonl")
    with serve(lambda asked: Said(json.dumps(answer))) as server:
        media = "none" if task == "split" else "frames"
        summary = run(job, server, media=media, workers=1)
    assert summary.refusals.by_kind == {"invalid answer": 1}
    assert says in server.asked[1].texts[-1]


def test_an_event_may_end_a_rounding_after_the_clip(tmp_path: Path) -> None:
    source = rows.write(tmp_path / "in.jsonl", [rows.clip(tmp_path)])
    late = {"start": 3, "end": 4.05, "text": "last"}
    early = {"start": 0, "end": 1, "text": "first"}
    with serve(lambda asked: Said(json.dumps({"events": [late, early]}))) as server:
        job = Job("events", source, tmp_path / "out.jsonl")
        run(job, server, media="frames", workers=1)
    (row,) = read_manifest(tmp_path / "out.jsonl", Clip, made_by="")
    assert row.events == [Event(start=0, end=1, text="first"), Event(start=3, end=4, text="last")]


@pytest.mark.parametrize(
    ("task", "make_row", "answer", "kind"),
    [
        ("split", rows.clip, {"suitable": False, "why": "nothing follows"}, "not suitable"),
        ("action", rows.pair, {"action": None}, "no action"),
    ],
)
def test_a_teacher_may_say_that_there_is_nothing(
    tmp_path: Path, task: str, make_row: Any, answer: dict[str, Any], kind: str
) -> None:
    source = rows.write(tmp_path / "in.jsonl", [make_row(tmp_path)])
    with serve(lambda asked: Said(json.dumps(answer))) as server:
        summary = run(Job(task, source, tmp_path / "out.jsonl"), server, media="frames", workers=1)
    assert (summary.refusals.by_kind, len(server.asked)) == ({kind: 1}, 1)


def test_a_limit_asks_about_the_first_items_only(tmp_path: Path) -> None:
    job = make(tmp_path, 9)
    with serve(lambda asked: OK) as server:
        run(Job("reason", job.source, job.out, limit=4), server)
    assert len(server.asked) == 4


def test_a_rehearsal_asks_nothing_writes_nothing_and_counts_what_is_left(tmp_path: Path) -> None:
    job = make(tmp_path, 5)
    some = Job("reason", job.source, job.out, limit=2)
    with serve(lambda asked: OK) as server:
        found = rehearse(job, asking(server))
        assert not job.out.exists()
        assert (found.calls, found.cached, server.asked) == (5, 0, [])
        run(some, server)
        before = contents(job.out)
        found = rehearse(job, asking(server, max_tokens=50))
        assert (found.calls, found.cached) == (5, 0)
        found = rehearse(job, asking(server))
        assert (found.calls, found.cached, len(server.asked)) == (3, 2, 2)
        assert contents(job.out) == before
    assert found.first_is == "s0"
    assert found.first == server.asked[0].text
    assert found.most.completion == 3 * 2048
    assert 3 * 100 < found.most.prompt < 3 * 400


def test_pictures_are_part_of_the_estimate(tmp_path: Path) -> None:
    job = make(tmp_path, 1)
    words = rehearse(job, Asking("http://h/v1", "m", rows.BUDGET, media="none"))
    both = rehearse(job, Asking("http://h/v1", "m", rows.BUDGET))
    # 16 frames at most, each of 2 x 2 tokens.
    assert 16 * 4 <= both.most.prompt - words.most.prompt <= 16 * 4 + 60
    assert "frames of <<context>>a.mp4" in (both.first or "")


def test_a_split_without_words_can_be_watched(tmp_path: Path) -> None:
    bare = rows.split(tmp_path, context_caption=None, context_events=[])
    job = Job("reason", rows.write(tmp_path / "splits.jsonl", [bare]), tmp_path / "out")
    with serve(lambda asked: OK) as server:
        assert run(job, server, media="frames", workers=1).answered == {"parsed": 1}
    assert len(server.asked[0].files) == 8


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    job = make(tmp_path, 2)
    inside = threading.Event()
    done = threading.Event()

    def reply(asked: Asked) -> Said:
        inside.set()
        done.wait(60)
        return OK

    with serve(reply) as server, ThreadPoolExecutor(1) as pool:
        first = pool.submit(run, job, server)
        assert inside.wait(60)
        with pytest.raises(UserError, match="another run"):
            run(job, server)
        done.set()
        assert first.result().answered == {"parsed": 2}


def test_the_model_may_be_named_by_anything(tmp_path: Path) -> None:
    with serve(lambda asked: OK) as server:
        job = make(tmp_path)
        annotate(job, Asking(server.url, 'org/Model-7B: "x"\'', rows.BUDGET, media="none"))
    (row,) = read_manifest(job.out / "reasoning.jsonl", Reasoning, made_by="")
    assert row.model == server.asked[0].fields["model"] == 'org/Model-7B: "x"\''


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://", "nonsense"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match="--endpoint must be"):
        annotate(make(tmp_path), Asking(url, "m", rows.BUDGET, media="none"))


def test_a_manifest_of_another_kind_is_an_error(tmp_path: Path) -> None:
    source = rows.write(tmp_path / "in.jsonl", [rows.pair(tmp_path)])
    with serve(lambda asked: OK) as server:
        for task, model in (("reason", Split), ("caption", Clip)):
            with pytest.raises(UserError, match=f"not a valid {model.__name__}"):
                run(Job(task, source, tmp_path / "out.jsonl"), server, media="frames")
        with pytest.raises(UserError, match="no such manifest"):
            run(Job("reason", tmp_path / "none.jsonl", tmp_path / "out"), server)

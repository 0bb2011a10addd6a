"""The items as the page's script takes them: plain data, nothing of which is markup."""

import json
from collections.abc import Sequence
from typing import Any

from lmms_tasks.report.cases import Case, shortened
from lmms_tasks.report.documents import Document
from lmms_tasks.report.strips import Strips
from lmms_tasks.report.words import RULES, SHOWN

# Of a JSON text, what an HTML parser might take for the end of its element.
_ESCAPED = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def wanted_by(cases: Sequence[Case]) -> list[Any]:
    """Return the media of the cases, once each, in the order in which they are shown."""
    found = (medium.wanted for case in cases if case.document for medium in case.document.media)
    return list(dict.fromkeys(found))


def browser_data(cases: Sequence[Case], names: Sequence[str], strips: Strips) -> str:
    """Return JSON for the page's script, safe within a `script` element."""
    places = {wanted: place for place, wanted in enumerate(strips.of)}
    documents: dict[Document, int] = {}
    rows = []
    for case in cases:
        place = -1
        if case.document is not None:
            place = documents.setdefault(case.document, len(documents))
        rows.append(_case(case, place))
    data = {
        "models": list(names),
        "rules": RULES,
        "shown": SHOWN,
        "strips": [
            [one.uri, one.width, one.height, one.about, one.gap] for one in strips.of.values()
        ],
        "documents": [_document(one, places) for one in documents],
        "cases": rows,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, escaped in _ESCAPED.items():
        text = text.replace(sign, escaped)
    return text


def _document(one: Document, places: dict[Any, int]) -> dict[str, Any]:
    return {
        "question": shortened(one.question),
        "options": [shortened(option) for option in one.options],
        "key": one.key,
        # -1: there was no place for the pictures.
        "media": [[medium.heading, places.get(medium.wanted, -1)] for medium in one.media],
    }


def _case(case: Case, document: int) -> dict[str, Any]:
    return {
        "task": case.task,
        "id": case.id,
        "kind": case.kind,
        "document": document,
        "prompt": case.prompt,
        "replies": [
            [one.model, read.outcome, read.said, read.rule, read.text, read.note]
            for one in case.replies
            for read in (one.reading,)
        ],
    }

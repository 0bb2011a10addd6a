"""Read a stated probability."""

import re

from reward_fns._text import plain

_TAG = re.compile(r"<(?:confidence|probability|certainty)\s{0,3}>([^<]{0,200})(?=<|$)", re.I)
_LABEL = re.compile(
    r"\b(?:confidence|probability|certainty|likelihood|chances?|odds|conf|prob|p)\b"
    r"(?:\s(?:level|score|rating|estimate|value))?|信心|置信度|概率|可能性|把握",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.,/])(?<!\d:)(?P<sign>-)?(?P<value>\d{1,9}(?:\.\d{1,18})?|\.\d{1,18}"
    r"|0,\d{1,3})(?P<exp>e-?\d{1,2})?"
    r"(?:\s{0,2}(?P<percent>%|percent\b|per\s?cent\b|pct\b)"
    r"|\s{0,2}(?:/|out of)\s{0,2}(?P<whole>\d{1,4}(?:\.0{1,3})?)(?![\d/]))?"
    r"(?![A-Za-z0-9_]|[.,]\d|:\d|/)",
    re.I,
)
_CN_PERCENT = re.compile(r"百分之\s?(\d{1,3}(?:\.\d{1,4})?)")
_RANGE = re.compile(
    r"[(\[]?\b(?:from |between |on a scale (?:of|from) |scale (?:of|from) )?[01](?:\.0)?\s{0,2}"
    r"(?:-|to|and|~)\s{0,2}(?P<top>1\.0|100|10|1)(?![\d.]*\d)\s?%?(?:\s?scale)?[)\]]?",
    re.I,
)
_SPAN = re.compile(
    r"(?<![\d.])(?P<low>\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})\s?%?\s{0,2}(?P<join>-|~|\bto\b"
    r"|\band\b)\s{0,2}"
    r"(?P<high>\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(?![\d/]|\.\d)\s?%?",
    re.I,
)
_SURE = re.compile(
    r"\s{0,2}(?:\w{1,12}\s){0,2}(?:sure|certain|confident|confidence|certainty|chance|probability"
    r"|likely"
    r"|likelihood|的?(?:把握|概率|信心|可能))",
    re.I,
)
_GAP_STOP = re.compile(r"[!?;。]|\.(?=\s)|\n(?=\s{0,4}[A-Za-z])")
_DENIED = re.compile(r"\b(?:not|never)\b[^.\n]{0,15}$|n't\b[^.\n]{0,15}$", re.I)
_UNIT = re.compile(
    r"\s{0,2}(?:s|sec|secs|seconds?|ms|m|cm|mm|km|px|pixels?|frames?|fps|meters?|metres?|minutes?"
    r"|min"
    r"|hours?|times|x|degrees?|°)\b",
    re.I,
)
_MAX_TRIED = 200


class _Out:
    """A number that cannot be a probability, such as 150%."""


_OUT = _Out()


def _value(match: re.Match[str], *, labelled: bool, top: float) -> float | _Out | None:
    """Return the probability that a number states, OUT of range, or None when it states none."""
    raw = match["value"].replace(",", ".")
    value = float(raw + (match["exp"] or ""))
    if match["percent"]:
        scale = 100.0
    elif match["whole"]:
        scale = float(match["whole"])
        if scale == 0:
            return _OUT
    elif labelled and top > 1:
        scale = top
    elif labelled and 10 <= value <= 100:
        scale = 100.0
    elif labelled or "." in raw:
        scale = 1.0
    else:
        return None
    if match["sign"] or value > scale:
        is_count = "." not in raw and not (match["percent"] or match["whole"])
        return None if labelled and is_count and not match["sign"] and value < 10 else _OUT
    return value / scale


def _labelled(text: str, top: float) -> tuple[bool, float | None]:
    """Return whether a labelled statement was made, and the value of the last one."""
    last = -1
    found: float | _Out | None = None
    numbers = list(_NUMBER.finditer(text))[-_MAX_TRIED:]
    index = 0
    for label in list(_LABEL.finditer(text)):
        while index < len(numbers) and numbers[index].start() < label.end():
            index += 1
        if index == len(numbers):
            break
        number = numbers[index]
        gap = text[label.end() : number.start()]
        if len(gap) > 60 or (gap.strip(" \n:=-~>≈(") and _GAP_STOP.search(gap)):
            continue
        if re.fullmatch(r"p", label.group(), re.I) and gap.strip(" (:=)") not in (
            "",
            "yes",
            "correct",
        ):
            continue
        if re.search(r"\b(?:not|never)\b|n't\b", gap):
            continue
        if _UNIT.match(text, number.end()) and not number["percent"]:
            continue
        value = _value(number, labelled=True, top=top)
        if value is not None and number.start() > last:
            last, found = number.start(), value
    for number in numbers:
        if number.start() <= last or _SURE.match(text, number.end()) is None:
            continue
        before = text[max(0, number.start() - 24) : number.start()]
        if _DENIED.search(before):
            continue
        value = _value(number, labelled=False, top=1.0)
        if value is not None:
            last, found = number.start(), value
    return last >= 0, None if isinstance(found, _Out) else found


def _unlabelled(text: str) -> float | None:
    bare = text.strip(" \n\t.()[]\"'~≈:=")
    if re.fullmatch(r"[01]", bare):
        # "-1" and "~1" differ only in the character that was stripped
        return float(bare)
    values: set[float] = set()
    for number in list(_NUMBER.finditer(text))[:_MAX_TRIED]:
        if _DENIED.search(text[max(0, number.start() - 24) : number.start()]):
            continue
        if _UNIT.match(text, number.end()) and not number["percent"]:
            continue
        value = _value(number, labelled=False, top=1.0)
        if isinstance(value, _Out):
            if number["percent"] or number["sign"] or number["whole"]:
                return None
            continue
        if value is not None:
            values.add(value)
    return values.pop() if len(values) == 1 else None


def _bare(text: str) -> tuple[str, float]:
    """Return a text without mark-up and ranges, and the top of the scale that it names."""
    text = plain(_CN_PERCENT.sub(r" \1% ", text).replace("\\%", "%"), keep_json=True)
    tops = [float(scale["top"]) for scale in _RANGE.finditer(text)]
    return _SPAN.sub(_drop_span, _RANGE.sub(" ", text)), tops[-1] if tops else 1.0


def _drop_span(span: re.Match[str]) -> str:
    """Blank "60-70%", which names no one value; "step 3 - 0.8" is no such range."""
    between = span.string[max(0, span.start() - 9) : span.start()].lower().endswith("between ")
    rising = float(span["low"]) < float(span["high"])
    joined = between or span["join"].lower() != "and"
    return " a range " if rising and joined else span.group()


def probability(rest: str, block: str | None) -> float | None:
    """Read a probability.

    Args:
        rest: The reply without its thinking.
        block: What its last answer block holds, if there is one.

    Returns:
        The probability, or None when none, several or an impossible one was stated.
    """
    tags = [tag[1] for tag in _TAG.finditer(rest)]
    if tags and tags[-1].strip():
        rest, block = f"confidence: {tags[-1]}", None
    text, top = _bare(rest)
    stated, value = _labelled(text, top)
    if stated:
        return value
    if block is not None and re.search(r"\d", block):
        text, _ = _bare(block)
    return _unlabelled(text)

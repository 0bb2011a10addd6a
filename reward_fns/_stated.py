"""Find what a reply states outright: "the answer is B", "B is correct", "I choose B", a box, JSON.

A statement names its letter or quotes its option. Hedged ones ("could be B") count only when no
firm one was made; denied ones ("is not B") and hypothetical ones ("if the answer is B") never.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reward_fns._marks import LETTER, Mark, Page
from reward_fns._phrases import (
    ANY_MARK,
    BUT,
    DENY,
    DOUBT,
    FILLER,
    FINAL,
    FIX,
    GAP,
    HEDGE,
    IT_IS,
    LINK,
    MAKES,
    MAYBE,
    NOT_BUT,
    NOUN,
    ONLY,
    PICK,
    PREDICATE,
    SENTENCE_END,
    UNREAL,
    WRONG_NOUN,
)
from reward_fns._text import BOXED

# "A is plausible" is no choice once something firmer follows; "A is the most plausible" is
_LUKEWARM = frozenset({"plausible", "reasonable", "logical", "probable", "consistent", "suitable"})
_STRESS = re.compile(r"\b(?:most|more|only|the)\b", re.I)
_MAX_TRIED = 250


@dataclass(frozen=True)
class Statement:
    """One statement: where, which letter (None for two at once or no option), and how firm."""

    at: int
    letter: str | None
    rule: str
    firm: bool
    final: bool = False


def _sentence_start(text: str, at: int) -> int:
    window = text[max(0, at - 160) : at]
    ends = [match.end() for match in SENTENCE_END.finditer(window)]
    return at - len(window) + (ends[-1] if ends else 0)


def _sentence_end(text: str, at: int) -> int:
    match = SENTENCE_END.search(text, at, at + 300)
    return match.start() if match else min(len(text), at + 300)


def _asks(text: str, at: int) -> bool:
    end = _sentence_end(text, at)
    return text[end : end + 1] == "?"


def _value(page: Page, at: int) -> tuple[Mark | str | None, int, int]:
    """Read the letter or the option text behind a place; also where fillers and value end."""
    place = at
    for _ in range(7):
        filler = FILLER.match(page.text, place)
        if filler is None or page.mark_at(place, loose=False) is not None:
            break
        place = filler.end()
    gap = GAP.match(page.text, place)
    for start in dict.fromkeys([place, gap.end() if gap else place]):
        skip = re.compile(r"\s{0,4}").match(page.text, start)
        mark = page.mark_at(skip.end() if skip else start, loose=True)
        if mark is not None:
            return mark, mark.start, mark.end
    quotes = page.quotes_from(at, place + 12)
    if not quotes:
        return None, place, place
    first = quotes[0]
    end = _sentence_end(page.text, first.end)
    others = {q.letter for q in page.quotes_from(first.start, end) if not q.denied}
    if first.denied or others == {first.letter}:
        return (None if first.denied else first.letter or ""), first.start, first.end
    return "", first.start, first.end


def _statement(
    page: Page, link: int, at: int, rule: str, floor: int = 0
) -> tuple[Statement | None, bool, int]:
    """Read one value; returns the statement, whether it was denied, and where to read on."""
    value, start, end = _value(page, at)
    if value is None:
        return None, False, end
    window = page.text[max(floor, link - 8) : start]
    if DENY.search(window) or re.search(r"\b(?:isn|can|wasn)'t\b", window):
        return None, True, end
    letter: str | None
    if isinstance(value, Mark):
        letter = None if value.rival or not value.known else value.letter
        rule = "two_choices" if value.rival else rule if value.known else "not_an_option"
    else:
        letter = value or None
        rule = rule if value else "two_choices"
    firm = not HEDGE.search(window) and not _asks(page.text, end)
    return Statement(start, letter, rule, firm), False, end


def _by_noun(page: Page) -> Iterator[Statement]:
    text = page.text
    for noun in list(NOUN.finditer(text))[-_MAX_TRIED:]:
        if noun["sign"]:
            rule = "boxed" if noun["sign"] == BOXED else "json"
            found, _, _ = _statement(page, noun.end(), noun.end(), rule)
            if found is not None:
                yield Statement(found.at, found.letter, found.rule, True, True)
            continue
        before = text[max(0, noun.start() - 50) : noun.start()]
        if UNREAL.search(before) or WRONG_NOUN.search(before):
            continue
        final = FINAL.search(before) is not None
        stop = _sentence_end(text, noun.end())
        place = noun.end()
        direct = re.compile(r"[\]);]?\s{0,2}[\"'(\[]{0,2}[A-Z]\b").match(text, place)
        if direct and (noun["noun"] or "").lower() == "answer":
            mark = page.mark_at(direct.end() - 1, loose=False)
            if mark is not None and mark.known and not mark.rival and text[place] != "\n":
                yield Statement(mark.start, mark.letter, "stated", not _asks(text, place), final)
                continue
        for _ in range(4):
            link = LINK.search(text, place, min(len(text), stop + 1, noun.end() + 140))
            if link is None:
                break
            found, denied, end = _statement(page, link.start(), link.end(), "stated")
            near = link.start() - noun.end() <= 30
            by_mark = found is not None and text[found.at : found.at + 1].isupper()
            if found is not None and (near or by_mark):
                yield Statement(found.at, found.letter, found.rule, found.firm, final)
                break
            if denied:
                yield from _after_denial(page, end, stop, final)
                break
            place = link.end()


def _after_denial(page: Page, at: int, stop: int, final: bool) -> Iterator[Statement]:
    """Read on behind "the answer is not A" for "but B" or ", it is B"."""
    for turn in BUT.finditer(page.text, at, stop):
        found, _, _ = _statement(page, turn.end(), turn.end(), "stated", at)
        if found is not None:
            yield Statement(found.at, found.letter, found.rule, True, final)
            return


def _by_predicate(page: Page) -> Iterator[Statement]:
    text = page.text
    for said in list(PREDICATE.finditer(text))[-_MAX_TRIED:]:
        start = _sentence_start(text, said.start())
        before = text[start : said.start()]
        denied = (
            bool(DENY.search(said.group()))
            or (said["key"] or "").lower() in ("incorrect", "wrong")
            or bool(said["cno"])
            or re.search(
                r"\b(?:neither|none|not|nor)\b|n't\b",
                re.split(r"\bbut\b|[;:]", before[-45:])[-1],
                re.I,
            )
            is not None
            or "不" in re.split("[,、;]", before)[-1]
        )
        if denied or _asks(text, said.end()):
            continue
        if re.match(r"\s*(?:wrong|incorrect|false)", text[said.end() : said.end() + 12], re.I):
            continue
        if re.search(r"\b(?:if|whether|which|suppose)\b", before, re.I):
            continue
        marks = [m for m in ANY_MARK.finditer(before) if m[1].isupper() or m.group() != m[1]]
        for found in reversed(marks):
            mark = page.mark_at(start + found.start(), loose=True)
            article = found[1] == "A" and mark is None
            if mark is None or article:
                continue
            other = re.search(
                LETTER
                + r"""["')\]]{0,2}\s*(,|or|and|&|/|,\s?(?:or|and))\s*(?:option |choice )?$""",
                before[: found.start()],
            )
            joined = mark.rival or (
                other is not None
                and other[1].upper() != mark.letter
                # "many say B, A is correct" is two clauses, "A, B are correct" is a list
                and (other[2] != "," or (said["be"] or "").lower() == "are")
            )
            letter = mark.letter if mark.known and not joined else None
            rule = "stated" if letter else "two_choices" if joined else "not_an_option"
            lukewarm = (said["key"] or "").lower() in _LUKEWARM and not _STRESS.search(
                said["adv"] or ""
            )
            firm = not lukewarm and not HEDGE.search(said["be"] or "")
            yield Statement(mark.start, letter, rule, firm)
            break


def _by_verb(page: Page) -> Iterator[Statement]:
    firm_ones = (PICK, FIX, NOT_BUT, MAKES)
    for pattern in (*firm_ones, IT_IS, ONLY, MAYBE):
        for verb in list(pattern.finditer(page.text))[-_MAX_TRIED:]:
            if DENY.search(verb.group()) and pattern not in (FIX, NOT_BUT):
                continue
            if pattern is IT_IS and DOUBT.search(
                page.text[max(0, verb.start() - 24) : verb.start()]
            ):
                continue
            found, _, _ = _statement(page, verb.end(), verb.end(), "stated", verb.end())
            by_mark = found is not None and not any(q.start == found.at for q in page.quotes)
            if found is None or not (by_mark or pattern is PICK):
                continue
            # "so no.\nB: ..." starts the next item of a list
            if pattern is FIX and "\n" in page.text[verb.end() : found.at]:
                continue
            # "choose A, B or C" at the start of a sentence is the prompt, not a choice
            if found.letter is None and not re.match(r"\W*(?:i|we)\b", verb.group(), re.I):
                continue
            yield Statement(found.at, found.letter, found.rule, pattern in firm_ones and found.firm)


def statements(page: Page) -> list[Statement]:
    """Return every statement of a reply, in reading order."""
    found = [*_by_noun(page), *_by_predicate(page), *_by_verb(page)]
    return sorted(found, key=lambda statement: statement.at)


def decide(page: Page) -> Statement | None:
    """Return the statement that counts: the last firm one, else the last hedged one.

    Args:
        page: The reply.

    Returns:
        The statement, or None when nothing was stated. Its letter is None when the statement
        names two options or none of them, or when all of three or more options were stated.
    """
    found = statements(page)
    pool = [s for s in found if s.firm] or found
    if not pool:
        return None
    last = pool[-1]
    if not last.firm and len({s.letter for s in pool if s.letter}) > 1:
        return Statement(last.at, None, "two_choices", False)
    finals = [s for s in pool if s.final]
    rivals = finals if last.final else pool
    everything = {s.letter for s in rivals if s.letter} == set(page.options)
    if len(page.options) > 2 and everything:
        return Statement(last.at, None, "two_choices", True)
    return last

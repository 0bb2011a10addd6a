"""The rules that turn a reply into a choice, from the surest to the least sure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reward_fns._marks import DENY_AFTER, LETTER, Mark, Page, option_words
from reward_fns._quoted import adds_more, drop_echo, shortened, whole_reply
from reward_fns._stated import decide
from reward_fns._text import plain

_LINE_MARK = re.compile(
    r"^[^\w\n]{0,8}(?:\d{1,2}[.)][ \t]{1,3})?(?:(?:option|choice)[ \t])?[\"'(\[]{0,2}"
    + LETTER
    + r"[\"')\]]{0,2}[ \t]{0,2}(?:[.:)、,]|(?=[❌✗✘×✅✓✔☑])|-(?=\s)|[ \t]*$)",
    re.I | re.M,
)
_OPENER = re.compile(
    r"(?:\W{0,6}\b(?:sure|yes|okay|ok|well|so|certainly|hmm|of course|therefore|thus|then"
    r"|great|i think"
    r"|most likely|it is|it's|probably|maybe|possibly|perhaps|likely|assistant|json|final|clearly"
    r"|definitely|the)\b[\s,!.:]{0,4}){0,3}"
    r"[^\w\"'(\[{<]{0,8}(?:\d{1,2}[.)]\s{1,3}(?=[A-Z]\b))?"
    r"(?:(?:option|choice|answer|letter|opción|选项|選項|选|選)\s{0,3}[:\-]?\s{0,3})?",
    re.I,
)
_CLOSER = re.compile(
    r"(?:^|[\n.!?。]\s{0,4}|[,:=→>\-]\s{0,3}|\b(?:but (?:most )?(?:probably|likely|perhaps|maybe)"
    r"|so|thus|therefore|hence|thereby|is|be|to|with"
    r"|in|on|for|comes|follows|choose"
    r"|select|selecting|pick|choosing|indicates?|suggests?|supports?|matches|say|answer"
    r"|means)\s{1,3})"
    r"(?P<lead>[\"'([{<]{0,3}(?:the\s)?(?:(?:option|choice|answer|letter|number"
    r"|选项)\s{0,2}){0,2}[\"'(\[]{0,2})"
    r"(?P<mark>[A-Za-z])(?P<tail>[\"')\]}>]{0,3})[\s.!。\U0001f300-\U0001faff✅]{0,6}$",
    re.I,
)
_BRACKETED_END = re.compile(r"[(\[]\s?(?:option |choice )?([A-Za-z])\s?[)\]][\s.!。]{0,6}$", re.I)
_BEFORE_END = re.compile(
    LETTER + r"""["')\]]{0,3}\s{0,3}(?:,|/|&|;|-|~|>|\bor\b|\band\b|\bto\b|\bthrough\b|,\s?(?:or"""
    r"""|and)\b)?\s{0,3}(?:option )?$""",
    re.I,
)
_MENTION = re.compile(
    r"(?:\b(?:option|choice|answer|letter)s?\s{1,2}[\"'(\[]{0,2}|选项\s?|[(\[\"'])"
    + LETTER
    + r"(?=[\"')\]]{1,2}|[\s.,:;!?]|$)",
    re.I,
)
_REFUSAL = re.compile(
    r"\b(?:cannot|can't|can not|unable to|not able to|couldn't|could not|impossible to|do not|don't"
    r"|hard to|difficult to)\s+(?:\w{1,14}\s+){0,3}?"
    r"(?:determine|tell|answer|know|say|see|view|watch|identify|decide|infer|predict|conclude"
    r"|provide"
    r"|assist|access|process|analy[sz]e|be determined|have enough)\b"
    r"|\bnone of (?:the|these|them|those)\b|\b(?:not enough|insufficient) (?:information|context"
    r"|evidence)"
    r"|\b(?:unclear|unknown|n/a|no idea|not sure|unsure|uncertain)\b|无法|不知道|不能确定|不确定"
    r"|\b(?:all|any|both) of the (?:above|options)\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|eliminat\w*|exclud\w*|rul\w{1,4} out|reject\w*|incorrect|wrong"
    r"|cannot"
    r"|discard\w*|unlikely|instead of|rather than)\b|n't\b|不|排除",
    re.I,
)
_YES_MARK = re.compile(r"[✅✓✔☑]|(?:(?<!not )\bcorrect|\byes|\btrue)\b[\s.!)]*$", re.I | re.M)
_NO_MARK = re.compile(r"[❌✗✘×]|\b(?:incorrect|wrong|not)\b", re.I)


@dataclass(frozen=True)
class Reading:
    """What a reply was read as.

    Attributes:
        letter: The chosen option's letter, or None when the reply is unparsed.
        rule: The rule that decided ("exact", "stated", "boxed", "json", "leading", "closing",
            "marked", "mentioned", "quoted"), or why nothing was read ("empty",
            "unclosed_thinking", "two_choices", "not_an_option", "refusal", "no_choice").
    """

    letter: str | None
    rule: str


def _line_letters(page: Page) -> list[tuple[str, int]]:
    marks = []
    for match in _LINE_MARK.finditer(page.text):
        mark = page.mark_at(match.start(1), loose=False)
        if mark is not None and mark.known:
            marks.append((mark.letter, match.start()))
    return marks


def _leading(page: Page) -> Mark | None:
    opener = _OPENER.match(page.text)
    for start in (0, opener.end() if opener else 0):
        mark = page.mark_at(start, loose=False)
        tail = page.text[mark.end : mark.end + 40] if mark is not None else "?"
        if mark is None or tail[:1] == "?" or DENY_AFTER.match(tail.lstrip(" :-")):
            continue
        if page.text[mark.start].isupper() or mark.end - mark.start > 1 or _short(page, mark):
            return mark
    return None


def _short(page: Page, mark: Mark) -> bool:
    rest = page.text[mark.end : mark.end + 12]
    return re.match(r"\s*$|\s*\n|\s?[.:)-]|\s+(?:because|since|as)\b", rest) is not None or any(
        quote.letter == mark.letter for quote in page.quotes_from(mark.end, mark.end + 3)
    )


def _closing(page: Page) -> Mark | None:
    """Return the mark that ends the reply, or that begins its last line."""
    text = page.text
    start = max(0, len(text) - 120)
    for pattern in (_CLOSER, _BRACKETED_END):
        match = pattern.search(text, start)
        if match is None:
            continue
        at = match.start("mark") if pattern is _CLOSER else match.start(1)
        head = match.start("lead") if pattern is _CLOSER else match.start()
        if text[at] in "ai" and at == head:
            continue
        if _DENIED.search(re.split(r"[.!?,;:\n]", text[max(0, head - 14) : head].rstrip())[-1]):
            continue
        mark = page.mark_at(at, loose=False)
        if mark is None:
            continue
        other = _BEFORE_END.search(text[max(0, head - 24) : head].rstrip("(\"'["))
        if (
            other is not None
            and other[1].upper() in page.options
            and other[1].upper() != mark.letter
        ):
            sep = other.group()[1:].strip(" \"')]")
            if sep or text[max(0, head - 24) : head].endswith(" "):
                return Mark(mark.start, mark.end, mark.letter, True, mark.known)
        return mark
    last = text.rfind("\n") + 1
    if last:
        line = _LINE_MARK.match(text, last)
        if line is not None and text[line.start(1)].isupper():
            return page.mark_at(line.start(1), loose=False)
    quote = page.quotes[-1] if page.quotes else None
    if quote is not None and re.fullmatch(r"\W{0,4}[A-Z]\W{0,4}", text[quote.end : quote.end + 12]):
        capital = re.compile("[A-Z]").search(text, quote.end)
        mark = page.mark_at(capital.start(), loose=False) if capital else None
        return mark if mark is not None and mark.letter == quote.letter else None
    return None


def _ticked(page: Page) -> str | None:
    """Return the one option of an annotated list that carries a tick."""
    lines = [(m, m[1].upper()) for m in _LINE_MARK.finditer(page.text) if m[1].isupper()]
    good = set()
    for index, (match, letter) in enumerate(lines):
        end = lines[index + 1][0].start() if index + 1 < len(lines) else match.end() + 300
        note = page.text[match.end() : min(end, match.end() + 300)]
        if _YES_MARK.search(note) and not _NO_MARK.search(note):
            good.add(letter)
    return good.pop() if len(good) == 1 and good <= set(page.options) else None


def _mentioned(page: Page) -> set[str]:
    found = set()
    for match in _MENTION.finditer(page.text):
        mark = page.mark_at(match.start(1), loose=True)
        if mark is None or not mark.known:
            continue
        around = page.text[max(0, match.start() - 40) : match.end() + 40]
        if _DENIED.search(around):
            return set()
        found.add(mark.letter)
        if mark.rival:
            found.add("")
    return found


def _by_mark(page: Page) -> Reading | None:
    said = page.words
    repeated = said[0].upper() if len(set(said)) == 1 else ""
    if repeated in page.options and re.fullmatch(
        rf"[\s.,!:;\"'()\[\]-]*(?:{repeated}[\s.,!:;\"'()\[\]-]+)*{repeated}?", page.text, re.I
    ):
        return Reading(repeated, "leading")
    if len(said) > 2 and said[-1].upper() in page.options:
        # the text of one option, then the letter of another
        named = [key for key, text in page.options.items() if option_words(text) == said[:-1]]
        if named and said[-1].upper() not in named:
            return Reading(None, "two_choices")
    lines = _line_letters(page)
    listed = len({letter for letter, _ in lines}) > 1
    leading = None if listed else _leading(page)
    closing = _closing(page)
    if listed and closing is not None:
        own_line = page.text.rfind("\n", 0, closing.start) + 1
        count = sum(letter == closing.letter for letter, _ in lines)
        in_list = any(at == own_line for _, at in lines) and page.text[own_line:].strip(" .()") != (
            closing.letter
        )
        alone = page.text[own_line:].strip(" .()") == closing.letter
        if count < 2 and (in_list or alone):
            closing = None
    if leading is not None and leading.rival and closing is not None and not closing.rival:
        # "A and B cannot be right, so D" opens with what it rules out
        leading = None if _DENIED.search(page.text) else leading
    for mark in (leading, closing):
        if mark is not None and mark.rival:
            return Reading(None, "two_choices")
        if mark is not None and not mark.known:
            return Reading(None, "not_an_option")
    if leading is not None and closing is not None and leading.letter != closing.letter:
        return Reading(None, "two_choices")
    if leading is not None:
        return Reading(leading.letter, "leading")
    if closing is not None:
        return Reading(closing.letter, "closing")
    if listed:
        ticked = _ticked(page)
        return Reading(ticked, "marked") if ticked else None
    return None


def choose(text: str, options: Mapping[str, str]) -> Reading:
    """Read the choice out of a reply whose thinking and answer tags are already gone."""
    if len(text) == 1 and text.isascii() and text.upper() in options:
        # What most replies are; the rules below come to the same.
        return Reading(text.upper(), "leading")
    page = Page(plain(text), options)
    if not page.text:
        return Reading(None, "empty")
    whole = whole_reply(page)
    if whole is not None:
        return Reading(whole, "exact")
    rest = drop_echo(page)
    page = page if rest == page.text else Page(rest, options)
    if not page.text:
        return Reading(None, "no_choice")
    stated = decide(page)
    if stated is not None:
        return Reading(stated.letter, stated.rule)
    marked = _by_mark(page)
    if marked is not None:
        return marked
    mentioned = _mentioned(page)
    quoted = {quote.letter for quote in page.quotes if not quote.denied}
    refused = any(
        not any(quote.start <= match.end() and match.start() < quote.end for quote in page.quotes)
        for match in list(_REFUSAL.finditer(page.text))[:20]
    )
    if len(mentioned | quoted) > 1 or "" in mentioned | quoted:
        return Reading(None, "refusal" if refused else "two_choices")
    if refused:
        return Reading(None, "refusal")
    if mentioned:
        return Reading(mentioned.pop(), "mentioned")
    if quoted:
        letter = quoted.pop()
        return (
            Reading(None, "two_choices") if adds_more(page, letter) else Reading(letter, "quoted")
        )
    part = shortened(page)
    return Reading(part, "quoted") if part else Reading(None, "no_choice")

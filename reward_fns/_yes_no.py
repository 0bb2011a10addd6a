"""Read a yes or a no."""

import re

from reward_fns._text import BOXED, JSON, plain

_YES = r"(?P<yes>yes|yeah|yep|true|是的?|对|会的?)"
_NO = r"(?P<no>no|nope|false|不是的?|不对|不会|不|否|没有)"
_WORD = rf"(?:{_NO}|{_YES})(?![A-Za-z'])"
_ECHO = re.compile(
    r"[\"'(\[]?\b(?:yes|true)[\"']?\s?(?:/|or|,)\s?[\"']?(?:no|false)\b[\"')\]]?"
    r"|\b(?:no|false)[\"']?\s?(?:/|or)\s?[\"']?(?:yes|true)\b|是或否|是/否|是否",
    re.I,
)
_BOTH = re.compile(r"\byes and no\b|\bno and yes\b", re.I)
_STATED = re.compile(
    rf"(?:[{BOXED}{JSON}]|\b(?:answer|conclusion|verdict|response|prediction|judge?ment"
    rf"|statement)\b"
    r"[^\n.!?:=]{0,60}?(?:\b(?:is|be|would be|was|must be|should be)\b|:|=|->|→|-)"
    r"|\b(?:i(?:'d| would)? (?:say|answer|choose|pick|go with)|(?:i|we) (?:answer|conclude))\b"
    r"|(?:答案|结论)(?:是|为|应该是|:))"
    rf"(?P<fill>[\s\"'(\[{{:,\-]{{0,8}}(?:(?:likely|probably|clearly|definitely|therefore|a|not"
    rf"|never"
    rf"|most likely)[\s\"'(:]{{1,3}}){{0,3}}){_WORD}",
    re.I,
)
_LEADING = re.compile(
    rf"\W{{0,6}}(?:(?:well|so|sure|okay|ok|hmm)[,.!]?\s+)?{_WORD}"
    r"(?=[\"')\]}]{0,2}\s*(?:$|[.,;:!\n)\-]|[^\x00-\x7f])|\s+(?:because|since|as|it|the|he|she"
    r"|they|there"
    r"|this|that|i|we|both|in|based|a|an)\b)",
    re.I,
)
_CLOSING = re.compile(
    r"(?:\b(?:so|therefore|thus|hence|is|be|be a|answer)\b[\s:,]{1,3}|[\n:.!?。]\s{0,4}|→\s?)"
    rf"[\"'(\[]{{0,2}}{_WORD}[\"')\]]{{0,2}}[\s.!。]{{0,6}}$",
    re.I,
)
_FIX = re.compile(
    rf"\b(?:wait|actually|correction|sorry)\b[\s,.:!\-]{{1,4}}(?:it's "
    rf"|the answer is )?{_WORD}(?=\W*$|[.,!\n])",
    re.I,
)
_DENIED = re.compile(r"\b(?:not|never|cannot)\b|n't\b|不(?=是)", re.I)
_MAX_TRIED = 300


def _said(match: re.Match[str]) -> bool:
    return match["yes"] is not None


def yes_or_no(text: str) -> bool | None:
    """Read a yes or a no out of a reply whose thinking and answer tags are already gone."""
    text = plain(text)
    if _BOTH.search(text):
        return None
    text = _ECHO.sub(" ", text).strip()
    if re.fullmatch(r"\W*[yY]\W*", text) or re.fullmatch(r"\W*[nN]\W*", text):
        return "y" in text.lower()
    stated: list[tuple[int, bool]] = []
    for match in [*_STATED.finditer(text), *_FIX.finditer(text)][-_MAX_TRIED:]:
        denied = _DENIED.search(match.groupdict().get("fill") or "")
        asked = re.match(r"[\"')\]]?\s?\?", text[match.end() : match.end() + 4])
        if re.search(
            r"\b(?:if|whether)\s(?:\w{1,12}\s){0,3}$",
            text[max(0, match.start() - 40) : match.start()],
        ):
            continue
        if not denied and not asked:
            stated.append((match.end(), _said(match)))
    if stated:
        return max(stated)[1]
    leading = _LEADING.match(text)
    closing = _CLOSING.search(text, max(0, len(text) - 60))
    said = {_said(match) for match in (leading, closing) if match is not None}
    return said.pop() if len(said) == 1 else None

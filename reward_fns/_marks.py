"""Find what can name an option inside a reply: its letter as a mark, or its text as a quotation."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from reward_fns._text import plain

_EDGE = "0-9A-Za-z\u00c0-\u024f"
# the letter stands alone: no word, no "B's", no "T-shirt", no "a.m."
LETTER = (
    rf"(?<![{_EDGE}])(?<![A-Za-z]')([A-Za-z])"
    rf"(?![{_EDGE}]|'[A-Za-z]|-[A-Za-z]|\.[A-Za-z](?![A-Za-z]))"
)
_MARK = re.compile(r"""["'(\[{<]{0,4}\s?""" + LETTER + r"""\s?["')\]}>]{0,4}""")
_STOPS = re.compile(r"""["')\]}>\s]{0,4}(?:$|[\n.,:;!?=→。,;、()\-]|[^\x00-\x7f])|["')\]}>]""")
# words that may follow a letter but never an article
_NEXT_WORD = re.compile(
    r"[ \t]+(?:because|since|as|due|is|was|based|given|for|which|but|with|from|in|and|or|the|it|if"
    r"|this|that|here|not|rather|he|she|they|there|would|seems|appears|so|at|on|will|over|instead"
    r"|happens|maybe|probably|perhaps|likely|most likely|definitely"
    r"|i (?:think|believe|guess|suppose))\b",
    re.I,
)
_RIVAL = re.compile(
    r"""["')\]}]{0,3}[ \t]{0,3}\(?(?:(?P<join>\b(?:or|and|to|through)\b|[/&+>]|或者?|和|及|与)"""
    r"""|[.,;:、]{1,3})?"""
    r"""[ \t]{0,3}(?:\b(?:or|and|maybe|perhaps|possibly)\b[ \t]{0,3}){0,2}(?:(?:option|choice"""
    r"""|选项)[ \t]{1,3})?"""
    r"""(?P<open>["'(\[]{0,2})""" + LETTER + r"""["')\]}]{0,3}""",
    re.I,
)
_RIVAL_ENDS = re.compile(r"\s*(?:$|\n|[.,;/&+!?)、]|[^\x00-\x7f])|\s+(?:and|or|[A-Z])\b")
_VERB = re.compile(
    r"\s+(?:is|was|can|cannot|can't|could|does|doesn't|has|shows|would|isn't"
    r"|seems|describes|says|will|won't|suggests|depicts|mentions|states|may|might)\b",
    re.I,
)
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_ARTICLES = frozenset({"a", "an", "the"})
_PRONOUNS = frozenset({"it", "he", "she", "they"})
_CLAUSE = re.compile(r"[.,;:!?\n。,;]|\b(?:but|however|instead it|whereas|so)\b", re.I)
_DENY_BEFORE = re.compile(
    r"\b(?:not|never|neither|nor|without|cannot|unlikely|incorrect|wrong|instead of|rather than"
    r"|ruled? out|no longer|eliminated?)\b|n't\b|\bdont\b|不|没有|而非",
    re.I,
)
DENY_AFTER = re.compile(
    r"""["')\]]{0,3}[ \t]{0,3}(?:(?:is|are|was|were|would be|can be|seems)\s+)?(?:clearly """
    r"""|also )?"""
    r"""(?:(?:not|incorrect|wrong|unlikely|impossible|false|ruled out|eliminated|inconsistent)\b"""
    r"""|(?:is|was|does|do|can|would)n't\b|cannot\b|不|错)""",
    re.I,
)
_MAX_QUOTES = 1200
_NAMED = re.compile(r"\b(?:option|choice|letter)\s[\"'(\[]{0,2}$", re.I)


@dataclass(frozen=True)
class Quote:
    """An option's text found in the reply; ``letter`` is empty when several options share it."""

    start: int
    end: int
    letter: str
    denied: bool


@dataclass(frozen=True)
class Mark:
    """A letter that names an option; ``rival`` tells that the mark names another one as well."""

    start: int
    end: int
    letter: str
    rival: bool
    known: bool


_OPTIONS_KEPT = 16_384


def words(text: str) -> list[str]:
    """Return the words of a text, case and punctuation ignored; a CJK character is a word."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


# The same options are read with every reply to their question.
@lru_cache(maxsize=_OPTIONS_KEPT)
def own_text(letter: str, text: str) -> str:
    """Return an option's text without a letter that the data set wrote in front of it."""
    text = plain(text)
    bare = re.sub(rf"^\(?{re.escape(letter)}[.):](?=\s)|^\({re.escape(letter)}\)", "", text).strip()
    return bare or text


@lru_cache(maxsize=_OPTIONS_KEPT)
def option_words(option: str) -> list[str]:
    """Return the `words` of an option; they are kept, so the list must not be changed."""
    return words(option)


class _Key(NamedTuple):
    """The words that a quotation of an option consists of, and the options that share them."""

    text: str
    words: frozenset[str]
    letters: list[str]


@lru_cache(maxsize=_OPTIONS_KEPT)
def _keys(options: tuple[tuple[str, str], ...], ignored: frozenset[str]) -> list[_Key]:
    shared: dict[str, list[str]] = {}
    for letter, option in options:
        key = " ".join(word for word in option_words(option) if word not in ignored)
        if key:
            shared.setdefault(key, []).append(letter)
    return [_Key(key, frozenset(key.split()), letters) for key, letters in shared.items()]


class Page:
    """A cleaned reply together with the options, and where the options are quoted in it."""

    def __init__(self, text: str, options: Mapping[str, str]) -> None:
        """Index the reply.

        Args:
            text: The reply after cleaning; its `words` are kept.
            options: The options' texts by letter.
        """
        self.options = {letter: own_text(letter, option) for letter, option in options.items()}
        self.text = text
        self._found = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(text)]
        self.words = [word for word, _, _ in self._found]
        self._said = frozenset(self.words)
        self.quotes = self._find_quotes(text, self.options, frozenset())
        for ignored in (_ARTICLES, _ARTICLES | _PRONOUNS):
            self.quotes = self.quotes or self._find_quotes(text, self.options, ignored)
        self._starts = [quote.start for quote in self.quotes]

    def tails(self) -> list[Quote]:
        """Find the options without the opening that all of them share ("the ball")."""
        split = {letter: option_words(option) for letter, option in self.options.items()}
        shared = 0
        for column in zip(*split.values(), strict=False):
            if len(set(column)) > 1:
                break
            shared += 1
        if shared == 0 or any(len(option) == shared for option in split.values()):
            return []
        rest = {letter: " ".join(option[shared:]) for letter, option in split.items()}
        return self._find_quotes(self.text, rest, _ARTICLES)

    def _find_quotes(
        self, text: str, options: Mapping[str, str], ignored: frozenset[str]
    ) -> list[Quote]:
        keys = _keys(tuple(options.items()), ignored)
        shared = {key.text: key.letters for key in keys if key.words <= self._said}
        if not shared:
            return []
        found = [word for word in self._found if word[0] not in ignored]
        starts: list[int] = []
        size = 1
        for word, _, _ in found:
            starts.append(size)
            size += len(word) + 1
        line = " " + " ".join(word for word, _, _ in found) + " "
        spans: list[tuple[int, int, str]] = []
        for key, letters in shared.items():
            at = line.find(f" {key} ")
            for _ in range(max(40, _MAX_QUOTES // max(1, len(shared)))):
                if at < 0:
                    break
                first = bisect_right(starts, at + 1) - 1
                last = bisect_right(starts, at + len(key)) - 1
                spans.append(
                    (found[first][1], found[last][2], letters[0] if len(letters) == 1 else "")
                )
                at = line.find(f" {key} ", at + 1)
        spans.sort(key=lambda span: (span[0], -span[1]))
        quotes: list[Quote] = []
        reach = -1
        for start, end, letter in spans:
            if end > reach:
                quotes.append(Quote(start, end, letter, self._denied(text, start, end)))
                reach = end
        # in "not moving left" nobody says "not moving"
        return [
            quote
            for quote, after in zip(quotes, [*quotes[1:], None], strict=False)
            if after is None
            or after.start >= quote.end
            or not _DENY_BEFORE.match(text, quote.start)
        ]

    @staticmethod
    def _denied(text: str, start: int, end: int) -> bool:
        clause = text[max(0, start - 45) : start]
        cuts = [boundary.end() for boundary in _CLAUSE.finditer(clause)]
        return bool(
            _DENY_BEFORE.search(clause[cuts[-1] if cuts else 0 :])
            or DENY_AFTER.match(text[end : end + 40])
        )

    def quotes_from(self, start: int, stop: int) -> list[Quote]:
        """Return the quotations that begin in [start, stop]."""
        low = bisect_right(self._starts, start - 1)
        return self.quotes[low : bisect_right(self._starts, stop)]

    def mark_at(self, start: int, *, loose: bool) -> Mark | None:
        """Read the letter that begins at a place in the reply.

        Args:
            start: Where the mark, or the bracket before it, begins.
            loose: Whether any word may follow a capital letter other than A and I. Right after
                "the answer is", but not at the start of a reply.

        Returns:
            The mark, or None when the letter is an article, a pronoun or part of a word.
        """
        match = _MARK.match(self.text, start)
        if match is None:
            return None
        raw, at, end = match[1], match.start(1), match.end(1)
        letter = raw.upper()
        rest = self.text[end : end + 60]
        known = letter in self.options
        own = any(q.letter == letter for q in self.quotes_from(end, end + 3))
        wrapped = (
            at > match.start() and self.text[match.start()] in "([{\"'" and rest[:1] in ")]}\"'"
        )
        stops = wrapped or _STOPS.match(rest) is not None
        spelled = raw.isupper() or rest.strip(" .)\n") == ""
        named = loose and raw.isupper() and _NAMED.search(self.text[max(0, at - 12) : at])
        alone = wrapped or own or re.match(r"\s*(?:$|\n|[.:)])", rest) is not None
        followed = stops or own or _NEXT_WORD.match(rest) is not None
        if not known:
            accepted = stops and spelled and raw not in "Ii" and not rest.lower().startswith("/a")
        elif raw == "i" or letter == "I":
            accepted = alone
        elif named or (loose and raw.isupper() and letter != "A"):
            accepted = True
        else:
            accepted = followed and (
                raw != "a" or alone or re.match(r"\s*[,;\-]", rest) is not None
            )
        if not accepted:
            return None
        return Mark(at, match.end(), letter, self._rival(letter, raw, end), known)

    def _rival(self, letter: str, raw: str, end: int) -> bool:
        rest = self.text[end : end + 400]
        other = _RIVAL.match(rest)
        if other is not None and other[3].upper() != letter and other[3].upper() in self.options:
            after = rest[other.end() :]
            ends = _RIVAL_ENDS.match(after) is not None
            # "D. A, B and C are wrong" goes on with a new sentence, "A. B. C." with a list
            new_sentence = re.fullmatch(r"\W*\.\W*", rest[: other.start(3)]) is not None
            if new_sentence and not re.match(r"\s*(?:$|[\n.])", after):
                ends = False
            same_case = other[3].isupper() or (
                raw.islower() and bool(other["join"] or other["open"])
            )
            joined = bool(other["join"]) and not _VERB.match(after) and (ends or other[3] != "A")
            if same_case and (ends or joined):
                return True
        return self._names_other(letter, end)

    def _names_other(self, letter: str, end: int) -> bool:
        """Tell whether the text right behind a mark is exactly the text of another option."""
        for quote in self.quotes_from(end, end + 6):
            between = self.text[end : quote.start]
            if quote.letter in ("", letter) or any(c.isalnum() or c == "?" for c in between):
                continue
            line = self.text[quote.end : quote.end + 200].split("\n", 1)[0]
            return not any(c.isalnum() for c in line)
        return False

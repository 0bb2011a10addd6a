"""Read a choice from the options' texts: the whole reply, a quotation, a part of an option."""

import re
from functools import lru_cache

from reward_fns._marks import Page, Quote, option_words, words

_MORE = re.compile(r",?\s{1,2}(?:and|or)\s{1,2}(?:then\s)?([^.,;!?\n]{1,80})", re.I)
_NEGATIONS = frozenset({"not", "no", "never", "without", "cannot", "t"})
_STAND_INS = frozenset({"it", "the", "a", "an", "he", "she", "they"})
_GLUE = frozenset(
    {
        "a",
        "an",
        "the",
        "it",
        "he",
        "she",
        "they",
        "is",
        "are",
        "was",
        "will",
        "be",
        "of",
        "in",
        "on",
        "to",
        "and",
        "this",
        "that",
        "there",
    }
)


_STRIPPED = " .!\"'()"


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_STRIPPED)


_spaced_option = lru_cache(maxsize=16_384)(_spaced)


def whole_reply(page: Page) -> str | None:
    """Return the option whose text is the whole reply."""
    if len(page.text) == 1 and page.text.isalpha():
        return None
    said = _spaced(page.text)
    same = [key for key, option in page.options.items() if _spaced_option(option) == said]
    if not same:
        said_words = page.words
        same = [
            key
            for key, option in page.options.items()
            if said_words and option_words(option) == said_words
        ]
        if len(said_words) == 1 and len(said_words[0]) == 1 and said_words[0].isalpha():
            return None
    return same[0] if len(same) == 1 else None


def drop_echo(page: Page) -> str:
    """Return the reply without a copy of the option list, which says nothing about the choice."""
    text = page.text
    letters = list(page.options)
    run: list[tuple[int, int]] = []
    cuts: list[tuple[int, int]] = []
    for quote in page.quotes:
        lead = re.search(
            r"[^\w\n]{0,6}(?:option )?[\"'(\[]?"
            rf"{re.escape(letters[len(run)])}[\"')\]]?[.):、\-\s]{{1,4}}\W{{0,3}}$",
            text[max(0, quote.start - 24) : quote.start],
            re.I,
        )
        fits = quote.letter in ("", letters[len(run)]) and lead is not None
        if not fits:
            run = []
            continue
        if lead is not None:
            run.append((quote.start - len(lead.group()), quote.end))
        if len(run) == len(letters):
            cuts.append((run[0][0], run[-1][1]))
            run = []
    for start, end in reversed(cuts):
        rest = text[end : end + 80].split("\n", 1)[0]
        if not re.search(r"[✅✓✔☑←]|\bcorrect\b", text[start:end] + rest, re.I):
            text = text[:start] + "\n" + text[end:].lstrip(" .;,)]}\"'")
    return text.strip()


def _part_of_one(page: Page, said: list[str]) -> str | None:
    """Return the one option that ends with these words ("moves left")."""
    if not any(len(word) > 1 and word not in _GLUE for word in said):
        return None
    for ignored in (frozenset[str](), _STAND_INS):
        tail = [word for word in said if word not in ignored]
        left = {
            letter: [word for word in option_words(text) if word not in ignored]
            for letter, text in page.options.items()
        }
        ends = [letter for letter, own in left.items() if tail and own[-len(tail) :] == tail]
        if len(ends) == 1:
            head = left.pop(ends[0])[: -len(tail)]
            # what is left unsaid must be shared ("the ball"), or "the wall" would name the option
            # "it hits the wall"; and "moving" is no way to say "not moving"
            shared = any(own[: len(head)] == head for own in left.values())
            shared = shared or not head or (len(head) == 1 and said[0] not in ("the", "a", "an"))
            if _NEGATIONS & set(head):
                return None
            if shared:
                return ends[0]
        if len(ends) > 1:
            return None
    return None


def _long_tails(page: Page) -> list[Quote]:
    """Return the shortened options that are quoted, one word only where it is added to others."""
    return [
        quote
        for quote in page.tails()
        if not quote.denied
        and (
            len(words(page.text[quote.start : quote.end])) > 1
            or re.search(
                r"\b(?:and|or|then|it|he|she|they|answer is)\s{1,2}$",
                page.text[max(0, quote.start - 11) : quote.start],
            )
        )
    ]


def adds_more(page: Page, letter: str) -> bool:
    """Tell whether a quotation is followed by more ("the ball stops and rolls back")."""
    for quote in [quote for quote in page.quotes if quote.letter == letter][:5]:
        more = _MORE.match(page.text, quote.end)
        part = _part_of_one(page, words(more[1])) if more else None
        if part not in (None, letter):
            return True
    return any(
        tail.letter != letter
        and not any(quote.start < tail.end and tail.start < quote.end for quote in page.quotes)
        for tail in _long_tails(page)
    )


def _tail(page: Page) -> str | None:
    """Return the one option that is quoted without the opening that all options share."""
    found = {quote.letter for quote in page.tails() if not quote.denied}
    long = {quote.letter for quote in _long_tails(page)}
    return found.pop() if len(found) == 1 and found == long and found != {""} else None


def shortened(page: Page) -> str | None:
    """Return the one option that the reply names without its opening."""
    return _part_of_one(page, page.words) or _tail(page)

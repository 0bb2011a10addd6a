"""Prepare a reply for reading: drop the thinking, find the answer block, undo the mark-up.

Every pattern here is bounded, because replies of a broken model can be long and repetitive.
"""

import html
import re
import unicodedata

# private-use characters stand for mark-up that announces an answer; replies cannot contain them
BOXED = "\ue000"
JSON = "\ue001"

_THINK = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)\s{0,3}>|◁(/?)think▷", re.I)
_ANSWER = re.compile(r"<\s?(/?)\s?(?:final[_ -]?)?answer\s{0,3}(?:>|$)", re.I)

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BOX_OPEN = re.compile(r"<\|begin_of_box\|>", re.I)
_TOKEN = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]", re.I)
_FENCE = re.compile(r"```[A-Za-z0-9]{0,12}")
_STRUCK = re.compile(r"~~[^~\n]{1,300}~~")
_INLINE_TAG = re.compile(r"<(b|i|u|em|strong|span|code|mark|sub|sup)>([^<]{0,300})</\1>", re.I)
_CUT_TAG = re.compile(r"</?[A-Za-z_]{0,12}$")
_LETTER_TAG = re.compile(r"<\s?([A-Z])\s?>")
_TAG = re.compile(r"</?[A-Za-z][\w -]{0,30}/?>")
_LATEX_BOX = re.compile(r"(?:\\{1,2}|\b)(?:boxed|fbox)\s{0,3}\{")
_LATEX_FONT = re.compile(
    r"\\{1,2}(?:text(?:bf|it|rm|tt|sf)?|math(?:bf|rm|it|sf|tt|bb|cal)|mbox|operatorname|bf|rm)"
    r"\s{0,3}\{([^{}\n]{0,300})\}"
)
_LATEX_ARROW = re.compile(r"\\(?:rightarrow|Rightarrow|to|implies|longrightarrow)\b")
_LATEX_REST = re.compile(r"\\[()\[\],;! ]|\\(?:quad|displaystyle|left|right)\b|\$")
_LINE_START = re.compile(r"^[ \t]{0,8}(?:#{1,6}|>{1,3})[ \t]{0,8}", re.M)
_QUOTES = str.maketrans(
    dict.fromkeys("“”„«»「」『』″", '"') | dict.fromkeys("‘’‚`´′", "'") | dict.fromkeys("【〔", "(")
    # the spaces keep a dash between words from reading as a hyphen or a minus sign
    | dict.fromkeys("】〕", ")") | dict.fromkeys("–—―", " - ") | {"−": "-", "⇒": "→", "➡": "→"}
)  # fmt: skip
_PAIR = re.compile(
    r"""["']([A-Za-z][\w -]{0,30}|答案|选项|最终答案|正确答案)["']\s{0,10}:\s{0,10}"""
    r"""(?:"((?:[^"\\\n]|\\.){0,800})"|'((?:[^'\\\n]|\\.){0,800})'"""
    r"""|(\[[^\]\n]{0,200}\])|([^\s,{}"'\[\]][^,}\n]{0,100}))"""
)
_ANSWER_KEY = re.compile(
    r"answer|choice\b|option\b|predict|selection|selected|letter|答案|选项", re.I
)


def drop_thinking(text: str) -> str | None:
    """Return the reply without its thinking.

    A closing tag that nothing opened ends thinking that a chat template opened, so all that comes
    before it is dropped. A closing tag too many, after a complete block, is ignored.

    Args:
        text: The reply as the model wrote it.

    Returns:
        What is left, or None when thinking was opened and never closed.
    """
    if "<" not in text and "◁" not in text:
        return text
    kept: list[str] = []
    start = 0
    opens = closes = 0
    inside = False
    before_block = 0
    for tag in _THINK.finditer(text):
        closing = bool(tag[1] or tag[2])
        if not closing:
            opens += 1
            if not inside:
                kept.append(text[start : tag.start()])
                before_block = len(kept)
                inside = True
            continue
        closes += 1
        if inside:
            inside = False
        elif opens == 0:
            kept.clear()
            before_block = 0
        elif opens >= closes:
            del kept[before_block:]
        else:
            kept.append(text[start : tag.start()])
        start = tag.end()
    if inside:
        return None
    return "".join(kept) + text[start:]


def last_answer(text: str) -> str | None:
    """Return what the last answer block holds, or None when there is no such block.

    A block that was opened and never closed runs to the end of the text, because a reply that was
    cut off after ``<answer>B`` still says B. An opening tag with nothing behind it is read as the
    closing tag that it was meant to be.
    """
    tags = list(_ANSWER.finditer(text)) if "<" in text else []
    if not any(not tag[1] for tag in tags):
        return None
    end = len(text)
    for tag in reversed(tags):
        if tag[1] or not text[tag.end() : end].strip():
            blank = not tag[1] and end == len(text) and tag is not tags[0]
            if tag[1] or blank:
                end = tag.start()
                continue
        return text[tag.end() : end]
    return ""


def _open_boxes(text: str) -> str:
    r"""Turn every ``\boxed{X}`` into a line of its own that starts with the BOXED sign."""
    parts: list[str] = []
    at = 0
    for box in _LATEX_BOX.finditer(text):
        if box.start() < at:
            continue
        depth = 1
        end = min(len(text), box.end() + 400)
        stop = end
        for index in range(box.end(), end):
            depth += {"{": 1, "}": -1}.get(text[index], 0)
            if depth == 0:
                stop = index
                break
        parts += [text[at : box.start()], f" {BOXED} ", text[box.end() : stop], "\n"]
        at = stop + 1
    return "".join([*parts, text[at:]])


def _open_json(text: str) -> str:
    """Turn JSON with an answer key into lines that start with the JSON sign, other keys dropped."""
    pairs = list(_PAIR.finditer(text))
    if not any(_ANSWER_KEY.search(pair[1]) for pair in pairs):
        return text
    parts: list[str] = []
    at = 0
    for pair in pairs:
        value = next((group for group in pair.groups()[1:] if group is not None), "")
        parts.append(text[at : pair.start()])
        parts.append(f"\n{JSON} {value}\n" if _ANSWER_KEY.search(pair[1]) else "\n")
        at = pair.end()
    return "".join([*parts, text[at:]])


def unify(text: str) -> str:
    """Return the text with one way of writing each character: widths, quotes, dashes, entities."""
    text = html.unescape(text)
    if not text.isascii():
        text = _PRIVATE.sub(" ", unicodedata.normalize("NFKC", _PRIVATE.sub(" ", text)))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("```", "\ue002").translate(_QUOTES)
    if not text.isascii():
        text = _INVISIBLE.sub("", text.replace("\ue002", "```"))
    return _CONTROL.sub(" ", text)


def plain(text: str, *, keep_json: bool = False) -> str:
    """Return the text without mark-up (Markdown, HTML, LaTeX, JSON, special tokens).

    Most replies hold no mark-up at all, so a pattern is tried only where a character is there
    that each of its matches must have.

    Args:
        text: The reply, or an option.
        keep_json: Whether JSON stays as it is; otherwise only its answer is left.

    Returns:
        The bare text, with the signs BOXED and JSON where mark-up announced an answer.
    """
    text = unify(text)
    if "<" in text or "[" in text:
        text = _TOKEN.sub("\n", _BOX_OPEN.sub(f" {BOXED} ", text))
    text = _FENCE.sub("\n", text)
    text = text if keep_json or ":" not in text else _open_json(text)
    if "\\" in text or "{" in text or "$" in text:
        for _ in range(2):
            text = _LATEX_FONT.sub(r"\1", text)
        text = _LATEX_REST.sub("", _LATEX_ARROW.sub("→", _open_boxes(text)))
    text = text.rstrip()
    if "<" in text:
        text = _CUT_TAG.sub("", text)
    text = _STRUCK.sub("", text) if "~" in text else text
    if "<" in text:
        text = _TAG.sub("\n", _LETTER_TAG.sub(r"(\1)", _INLINE_TAG.sub(r"\2", text)))
    if "#" in text or ">" in text:
        text = _LINE_START.sub("", text)
    text = text.replace("*", "").replace("_", " ")
    return text.replace("|", " ").replace("'ll ", " will ").strip()

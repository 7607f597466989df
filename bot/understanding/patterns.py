"""How the phrases of a wish are written, and made into one regular expression.

Phrases meet plain lower-case text without apostrophes or punctuation. Each line holds phrases
with `;` between them, and a line that ends in `|` goes on in the next. `..` stands for up to four
words, PLACE for a place and what people call it, TELL_ME for asking to hear of something. The
words of the phrases are known words, so typing errors in them are found.
"""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]{3,}")
_LINE_GOES_ON = re.compile(r"\|\s*\n\s*")
_BETWEEN_PHRASES = re.compile(r"[;\n]\s*")
_MEANINGS = {
    " .. ": r" (?:\S+ ){0,4}",
    "PLACE": "(?:place|space|spot|seat)",
    "TELL_ME": "(?:(?:tell|let|notify|inform|email|message|alert|text|contact) (?:me|us)(?: know)?"
    "|(?:be|get) (?:told|notified|informed)|keep (?:me|us) (?:posted|informed|updated))",
}


def any_of(text: str) -> re.Pattern[str]:
    """Return what finds any of the phrases, as whole words."""
    for sign, meaning in _MEANINGS.items():
        text = text.replace(sign, meaning)
    phrases = _BETWEEN_PHRASES.split(_LINE_GOES_ON.sub("|", text.strip()))
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


def words_of(wishes: Iterable[object]) -> frozenset[str]:
    """Return every word of the phrases among these things.

    Some are pieces that match nothing by themselves.
    """
    return frozenset(
        word for one in wishes if isinstance(one, re.Pattern) for word in _WORD.findall(one.pattern)
    )

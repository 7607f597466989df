"""A comment as words: small letters, short forms written out, marks as words of their own."""

import re
import unicodedata

LONGEST_READ = 10_000
"""How many letters of a comment are read; what comes after them is not looked at."""
TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;:,()\n]|[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50]")
STOPS = frozenset(".!?;\n")
"""Marks that end a sentence."""
COMMAS = frozenset(",:()")
MARKS = STOPS | COMMAS

IRREGULAR = {
    "can't": ("can", "not"),
    "cant": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "let's": ("let", "us"),
    "i'm": ("i", "am"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "dont": ("do", "not"),
    "didnt": ("did", "not"),
    "doesnt": ("does", "not"),
    "wasnt": ("was", "not"),
    "werent": ("were", "not"),
    "isnt": ("is", "not"),
    "arent": ("are", "not"),
    "couldnt": ("could", "not"),
    "wouldnt": ("would", "not"),
    "shouldnt": ("should", "not"),
    "hasnt": ("has", "not"),
    "havent": ("have", "not"),
    "hadnt": ("had", "not"),
    "noone": ("no", "one"),
    "thankyou": ("thank", "you"),
}
ENDINGS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
IS_SHORT = frozenset({"it's", "that's", "there's", "what's", "he's", "she's", "who's", "here's"})


def plain_text(comment: str) -> str:
    """Return a comment with one kind of apostrophe and hyphen, as far as it is read."""
    text = unicodedata.normalize("NFKC", comment[:LONGEST_READ])
    return text.translate(ALIKE)


ALIKE = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-"})  # noqa: RUF001 - these are the apostrophes and hyphens that are told apart


def words_of(text: str) -> list[str]:
    """Return the words and marks of a plain text."""
    words: list[str] = []
    for token in TOKEN.findall(text.lower()):
        if token in IRREGULAR:
            words += IRREGULAR[token]
        elif "'" in token:
            words += _written_out(token)
        else:
            words.append(token)
    return words


def _written_out(token: str) -> list[str]:
    if token in IS_SHORT:
        return [token[:-2], "is"]
    for ending, word in ENDINGS.items():
        if token.endswith(ending):
            return [token[: -len(ending)], word]
    return [token.removesuffix("'s").replace("'", "")]

"""The rule for what coordinators look after in comments; `rules` says when it is asked."""

from bot.comment_payloads import HeldPlace
from bot.understanding import comment_phrases
from bot.understanding.answers import Intent
from bot.understanding.heard import Heard
from bot.understanding.session_rules import BESIDE_A_LIST


def held_comments_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks for the comments that are held."""
    only = heard.says_only(comment_phrases.HELD, beside=BESIDE_A_LIST)
    return Intent("held_comments", HeldPlace()) if only else None

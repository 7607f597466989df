"""The rules for what coordinators look after; `rules` says when they are asked."""

from bot.notice_payloads import UnreachedChoice
from bot.payloads import Nothing
from bot.understanding import notice_phrases
from bot.understanding.answers import Intent, choice, unclear
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_SHOW
from bot.understanding.session_rules import BESIDE_A_LIST, course_by_known_words
from bot.understanding.vocabulary import WITHOUT_SUBJECT, words

BESIDE_PEOPLE = WITHOUT_SUBJECT | BESIDE_A_LIST | words("teams people practitioners staff app bot")


def attention_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks what needs attention."""
    only = heard.says_only(notice_phrases.ATTENTION, beside=BESIDE_A_LIST)
    return Intent("attention", Nothing()) if only else None


def not_reached_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks whom Teams does not reach."""
    only = heard.says_only(notice_phrases.NOT_REACHED, beside=BESIDE_PEOPLE)
    return Intent("unreachable_people", UnreachedChoice()) if only else None


def notices_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who looks at what the people of a course are sent."""
    own = heard.says(notice_phrases.ONES_OWN)
    if heard.session_code or own or not heard.says(notice_phrases.NOTICES):
        return None
    meant = heard.course(TO_SHOW)
    course = meant.course or course_by_known_words(heard)
    if course:
        return Intent("course_notices", choice(course, heard))
    return unclear(heard, near=meant.near) if meant.near else None

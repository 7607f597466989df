"""The rules for registers and no-show figures; `rules` says when they are asked."""

import re
from calendar import monthrange

from bot.payloads import Nothing, SessionNamed
from bot.register_payloads import NoShowsAsked, RepeatedNoShowsAsked
from bot.understanding import register_phrases, session_phrases
from bot.understanding.answers import Intent, choice, unclear
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_SHOW
from bot.understanding.session_rules import BESIDE_A_LIST, course_by_known_words
from bot.understanding.vocabulary import WITHOUT_SUBJECT, words
from trainingbot.attendance.no_shows import Grouping, calendar_year

BESIDE_REGISTER = BESIDE_A_LIST | words("my take mark keep close complete today todays now do")
BESIDE_FIGURES = (
    WITHOUT_SUBJECT
    | BESIDE_A_LIST
    | words(
        """
        by per each every agency agencies month months monthly course courses year figures rate
        rates number numbers statistics how many who which had did last our training did attend
        """
    )
)
_YEAR = re.compile(r"\b(20[0-9]{2})\b")


def register_of_session_asked(heard: Heard) -> Intent | None:
    """Know somebody who keeps the register of a session, or asks who was there."""
    if not heard.session_code or heard.says(session_phrases.MY_OWN):
        return None
    named = SessionNamed(session_code=heard.session_code)
    if heard.says(register_phrases.REGISTER_FOR):
        return Intent("register_for_named", named)
    asked = heard.says(register_phrases.REGISTER_OF) or heard.says(register_phrases.TURNED_UP)
    return Intent("register_named", named) if asked else None


def register_asked(heard: Heard) -> Intent | None:
    """Know a trainer who keeps a register, of a course or of what is on now."""
    if heard.session_code:
        return None
    if heard.says_only(register_phrases.REGISTER, beside=BESIDE_REGISTER):
        return Intent("registers", Nothing())
    of_course = heard.says(register_phrases.REGISTER_OF_COURSE)
    if not of_course and not heard.says(register_phrases.TURNED_UP):
        return None
    meant = heard.course(TO_SHOW)
    course = meant.course or course_by_known_words(heard)
    if course:
        return Intent("register_of_course", choice(course, heard))
    return unclear(heard, near=meant.near) if meant.near else None


def no_shows_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks for no-show figures, or who keeps missing sessions."""
    if heard.session_code or heard.named_by_code:
        return None
    begins, ends = _days(heard)
    year = frozenset(_YEAR.findall(heard.text))
    if heard.says_only(register_phrases.REPEATED, beside=BESIDE_FIGURES | year):
        return Intent("repeated_no_shows", RepeatedNoShowsAsked(ends=ends))
    if not heard.says_only(register_phrases.NO_SHOWS, beside=BESIDE_FIGURES | year):
        return None
    by = Grouping.COURSE
    if heard.says(register_phrases.BY_AGENCY):
        by = Grouping.AGENCY
    elif heard.says(register_phrases.BY_MONTH):
        by = Grouping.MONTH
    return Intent("no_shows", NoShowsAsked(begins=begins, ends=ends, by=by))


def _days(heard: Heard) -> tuple[str, str]:
    """Return the first and the last day of the month or the year that was named, or nothing."""
    if heard.when.month_meant:
        year, month = (int(part) for part in heard.when.month_meant.split("-"))
        first = f"{year:04}-{month:02}"
        return f"{first}-01", f"{first}-{monthrange(year, month)[1]:02}"
    named = _YEAR.search(heard.text)
    if named is None:
        return "", ""
    period = calendar_year(int(named[1]))
    return period.begins.isoformat(), period.ends.isoformat()

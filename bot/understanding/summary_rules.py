"""The rule for summaries of evaluations; `rules` says when it is asked."""

import re

from bot.payloads import Nothing
from bot.summary_payloads import SummaryOfCourse, SummaryOfPeriod, SummaryOfSession
from bot.understanding import summary_phrases
from bot.understanding.answers import Intent, unclear
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_SHOW
from bot.understanding.session_rules import course_by_known_words

_YEAR = re.compile(r"\b(20[0-9]{2})\b")


def summary_asked(heard: Heard) -> Intent | None:
    """Know whoever asks what people answered on a session, a course or in a year."""
    if not heard.says(summary_phrases.SUMMARY):
        return None
    if heard.session_code:
        named = SummaryOfSession(session_code=heard.session_code)
        return Intent("summary_of_session", named)
    if heard.says(summary_phrases.LAST_SESSION):
        return Intent("summary_of_last_session", Nothing())
    found = _YEAR.search(heard.text)
    year = int(found[1]) if found else None
    meant = heard.course(TO_SHOW)
    course = meant.course or course_by_known_words(heard)
    if course:
        return Intent("summary_of_course", SummaryOfCourse(course_id=course.id, year=year))
    if year is not None:
        return Intent("summary_of_period", SummaryOfPeriod(year=year))
    return unclear(heard, near=meant.near) if meant.near else Intent("summary", Nothing())

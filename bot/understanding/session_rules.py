"""The rules for changing one's place and for running sessions; `rules` says when they are asked."""

import re

from bot.payloads import ChargesPage, Nothing, PlaceMeant, SessionNamed, SessionsPage
from bot.understanding import phrases, session_phrases
from bot.understanding.answers import (
    Intent,
    choice,
    my_list,
    search,
    unclear,
    wants_to_book,
)
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_BOOK, TO_GIVE_BACK, TO_SHOW, course_meant
from bot.understanding.programme import CourseTitle
from bot.understanding.scoring import score_courses
from bot.understanding.vocabulary import WITHOUT_SUBJECT, words

BESIDE_A_LIST = words(
    """
    please pls show me see the list open view all any coming upcoming next what are there is have
    we got with session sessions trainer trainers venue venues room rooms our
    """
)
"""What may stand beside the name of one of the lists for those who run sessions."""
BESIDE_CHARGES = words(
    """
    please pls show me see the list open view all unpaid outstanding late cancellation waive settle
    cancelled no our still us money
    """
)
ANOTHER_DATE = frozenset({"different"})
"""Said of a date, though a title may hold the word: "a different day" names no course."""
_ANOTHER_PERSON = re.compile(
    r"\b(?:book|put|sign up|enrol|register|add) (?P<who>\S+(?: \S+)??) (?:on|onto|in|into|to|for)\b"
    r"|\b(?:book|booking)(?: \S+)? for (?P<whom>\S+)"
)


def _named(heard: Heard, verb: str) -> Intent:
    return Intent(verb, SessionNamed(session_code=heard.session_code))


def session_called_off(heard: Heard) -> Intent | None:
    """Know a coordinator who cancels a session; "cancel S26-014" gives one's own place back."""
    said = heard.session_code and heard.says(session_phrases.CANCEL_SESSION)
    own = heard.says(session_phrases.MY_OWN) or heard.says(session_phrases.NOT_COMING)
    if not said or own or _only_asks(heard) or heard.says(phrases.LEAVE_AS_IT_IS):
        return None
    return _named(heard, "ask_to_cancel_session_named")


def session_moved(heard: Heard) -> Intent | None:
    """Know a coordinator who moves a session to another time or place."""
    said = heard.session_code and heard.says(session_phrases.MOVE_SESSION)
    if not said or heard.says(session_phrases.MY_OWN) or _only_asks(heard):
        return None
    return _named(heard, "ask_to_move_named")


def session_managed(heard: Heard) -> Intent | None:
    """Know a coordinator who changes anything else about a session."""
    said = heard.session_code and heard.says(session_phrases.MANAGE_SESSION)
    if not said or heard.says(session_phrases.MY_OWN) or _only_asks(heard):
        return None
    return _named(heard, "manage_named_session")


def roster_asked(heard: Heard) -> Intent | None:
    """Know somebody who asks who is coming to a session, or books somebody else on it."""
    if not heard.session_code or heard.says(session_phrases.MY_OWN):
        return None
    asked = heard.says(session_phrases.ROSTER) and not wants_to_book(heard)
    if asked or heard.says(session_phrases.SOMEBODY) or _names_another_person(heard):
        return _named(heard, "roster_named")
    return None


def _names_another_person(heard: Heard) -> bool:
    """Tell whether a name stands where one is booked: "book Sam Lee on S26-014"."""
    found = _ANOTHER_PERSON.search(heard.text)
    named = (found["who"] or found["whom"]).split() if found else []
    return bool(named) and all(
        word in heard.subject and not heard.programme.knows(word) for word in named
    )


def _only_asks(heard: Heard) -> bool:
    # "S26-014 is not going ahead" begins with its code, which is not among the words.
    begins_with_code = heard.typed.casefold().startswith(
        heard.session_code.casefold().partition("-")[0]
    )
    return heard.says(session_phrases.ASKS) and not (heard.session_code and begins_with_code)


def said_coming(heard: Heard) -> Intent | None:
    """Know somebody who says that they are coming: to a session, a course, on a day, or to all."""
    said = heard.says(session_phrases.COMING) and not heard.typed.endswith("?")
    if not said or heard.says(session_phrases.NOT_SURE_TO_COME):
        return None
    meant = heard.course(TO_SHOW)
    beside = session_phrases.COMING.sub(" ", heard.text).replace("_", " ").split()
    names_something = heard.named_by_code or any(word in beside for word in heard.subject)
    if meant.course is None and names_something:
        return unclear(heard, near=meant.near) if meant.near else None
    return Intent(
        "say_coming_to",
        PlaceMeant(
            session_code=heard.session_code,
            course_id=meant.course.id if meant.course else None,
            day=heard.when.day,
        ),
    )


def colleague_sent_to_session(heard: Heard) -> Intent | None:
    """Know somebody who sends a colleague to a session in their own place."""
    if heard.session_code and _sends_a_colleague(heard):
        return _named(heard, "ask_for_substitute_named")
    return None


def date_of_session_changed(heard: Heard) -> Intent | None:
    """Know somebody who changes their own place on a session for another date."""
    if heard.session_code and _changes_date(heard):
        return _named(heard, "ask_to_transfer_named")
    return None


def colleague_sent(heard: Heard) -> Intent | None:
    """Know somebody who sends a colleague to a course in their own place."""
    return (
        _about_own_place(heard, "ask_for_substitute_course") if _sends_a_colleague(heard) else None
    )


def date_changed(heard: Heard) -> Intent | None:
    """Know somebody who changes their own place on a course for another date."""
    return _about_own_place(heard, "ask_to_transfer_course") if _changes_date(heard) else None


def _sends_a_colleague(heard: Heard) -> bool:
    return heard.says(session_phrases.SUBSTITUTE) and not heard.says(session_phrases.NOBODY)


def _changes_date(heard: Heard) -> bool:
    return heard.says(session_phrases.TRANSFER) and not heard.says(phrases.LEAVE_AS_IT_IS)


def _about_own_place(heard: Heard, verb: str) -> Intent:
    if not heard.named_by_code and ANOTHER_DATE.issuperset(heard.subject):
        return my_list(heard)
    course = heard.course(TO_GIVE_BACK).course or course_by_known_words(heard)
    return Intent(verb, choice(course, heard)) if course else my_list(heard)


def course_by_known_words(heard: Heard) -> CourseTitle | None:
    """Return the course that is meant where unknown words say who is to go, or what to do."""
    known = [word for word in heard.subject if heard.programme.knows(word)]
    scores = score_courses(known, level=heard.level, programme=heard.programme)
    return course_meant(scores, TO_GIVE_BACK).course


def interest_registered(heard: Heard) -> Intent | None:
    """Know somebody who wants to hear of the next date of a course, or no longer does."""
    if heard.session_code or heard.says(phrases.HOW_TO):
        return None
    verb = "register_interest"
    if heard.says(session_phrases.WANTS_NO_NEWS):
        verb = "withdraw_interest"
    elif not heard.says(session_phrases.WANTS_NEWS) or heard.says(phrases.WITH_PLACES):
        return None
    meant = heard.course(TO_BOOK)
    if meant.course:
        return Intent(verb, choice(meant.course, heard))
    return unclear(heard, near=meant.near) if meant.near else search(heard)


def session_added(heard: Heard) -> Intent | None:
    """Know a coordinator who adds a date to a course."""
    if heard.session_code or not heard.says(session_phrases.ADD_SESSION) or _only_asks(heard):
        return None
    course = heard.course(TO_SHOW).course or course_by_known_words(heard)
    if course:
        return Intent("ask_to_add_session", choice(course, heard))
    near = heard.course(TO_SHOW).near
    return unclear(heard, near=near) if near else search(heard)


def checks_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who looks at what a course checks before it is booked."""
    if heard.session_code or not heard.says(session_phrases.COURSE_CHECKS):
        return None
    course = heard.course(TO_SHOW).course or course_by_known_words(heard)
    if course:
        return Intent("course_checks", choice(course, heard))
    near = heard.course(TO_SHOW).near
    return unclear(heard, near=near) if near else None


def teaching_asked(heard: Heard) -> Intent | None:
    """Know a trainer who asks what they teach."""
    only = heard.says_only(session_phrases.MY_SESSIONS, beside=BESIDE_A_LIST)
    teaching = heard.says_only(session_phrases.MY_SESSIONS, beside=WITHOUT_SUBJECT)
    speaks_of_it = "my sessions" not in heard.text
    return Intent("my_sessions", SessionsPage()) if only or (teaching and speaks_of_it) else None


def clashes_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks which sessions clash."""
    only = heard.says_only(session_phrases.CLASHES, beside=BESIDE_A_LIST)
    return Intent("clashes", Nothing()) if only else None


def charges_asked(heard: Heard) -> Intent | None:
    """Know a coordinator who asks for the open charges."""
    only = heard.says_only(session_phrases.CHARGES, beside=BESIDE_CHARGES)
    return Intent("charges", ChargesPage()) if only else None

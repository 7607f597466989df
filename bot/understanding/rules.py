"""The rules that turn what was heard into a wish, in the order in which they are asked."""

from collections.abc import Callable

from bot.payloads import Nothing, SessionNamed, WaitChoice
from bot.understanding import phrases
from bot.understanding.answers import (
    Intent,
    choice,
    filters,
    my_list,
    names_something,
    narrows,
    search,
    unclear,
    wants_to_book,
    wants_to_cancel,
)
from bot.understanding.comment_rules import held_comments_asked
from bot.understanding.heard import Heard
from bot.understanding.matching import TO_BOOK, TO_GIVE_BACK, TO_SHOW
from bot.understanding.notice_rules import attention_asked, not_reached_asked, notices_asked
from bot.understanding.register_rules import (
    no_shows_asked,
    register_asked,
    register_of_session_asked,
)
from bot.understanding.session_rules import (
    charges_asked,
    checks_asked,
    clashes_asked,
    colleague_sent,
    colleague_sent_to_session,
    date_changed,
    date_of_session_changed,
    interest_registered,
    roster_asked,
    said_coming,
    session_added,
    session_called_off,
    session_managed,
    session_moved,
    teaching_asked,
)
from bot.understanding.summary_rules import summary_asked
from bot.understanding.vocabulary import SMALL_TALK, WITHOUT_SUBJECT

MOST_UNKNOWN_WORDS = 2
"""More unknown words than these, and none that the programme knows, are no search."""
THANKFUL_SIGNS = frozenset("👍👌🙏🙂😀😃😄😊☺🥰😍❤💕💙💚💛💜🧡🎉✅🙌👏😁🤗")

Rule = Callable[[Heard], Intent | None]
"""Returns the wish it recognises, or None to let the next rule look."""


def _only_signs(heard: Heard) -> Intent | None:
    if any(sign.isalnum() for sign in heard.typed):
        return None
    return Intent("thanks" if THANKFUL_SIGNS.intersection(heard.typed) else "help", Nothing())


def _thanks(heard: Heard) -> Intent | None:
    said = heard.says_only(phrases.THANKS, beside=SMALL_TALK)
    return Intent("thanks", Nothing()) if said else None


def _call_for_help(heard: Heard) -> Intent | None:
    said = heard.says_only(phrases.HELP, beside=SMALL_TALK)
    asks_how = heard.says(phrases.HOW_TO) and not names_something(heard)
    return Intent("help", Nothing()) if said or asks_how else None


def _concern(heard: Heard) -> Intent | None:
    # "Book neglect, i am worried about a child" wants a place as well, but the child comes first.
    return Intent("concern", Nothing()) if heard.says(phrases.CONCERN) else None


def _session_given_back(heard: Heard) -> Intent | None:
    if heard.session_code and wants_to_cancel(heard):
        return Intent("ask_to_cancel_named", SessionNamed(session_code=heard.session_code))
    return None


def _session_booked(heard: Heard) -> Intent | None:
    if heard.session_code and wants_to_book(heard):
        return Intent("book_named_session", SessionNamed(session_code=heard.session_code))
    return None


def _session_named(heard: Heard) -> Intent | None:
    if heard.session_code:
        return Intent("show_named_session", SessionNamed(session_code=heard.session_code))
    return None


def _agencies_to_confirm(heard: Heard) -> Intent | None:
    said = heard.says_only(phrases.AGENCIES_TO_CONFIRM, beside=WITHOUT_SUBJECT)
    if said and not wants_to_cancel(heard) and not wants_to_book(heard):
        return Intent("agencies_to_confirm", Nothing())
    return None


def _my_agency(heard: Heard) -> Intent | None:
    alone = heard.says_only(phrases.MY_AGENCY, beside=WITHOUT_SUBJECT | {"agency"})
    said = alone or heard.text == "agency"
    # "My agency wants me to book neglect" is about neglect.
    beside = phrases.MY_AGENCY.sub(" ", heard.text).replace("_", " ").split()
    about_courses = any(heard.programme.knows(word) for word in beside)
    if said or (heard.says(phrases.MY_AGENCY) and not about_courses):
        return Intent("my_agency", Nothing())
    return None


def _workplace(heard: Heard) -> Intent | None:
    asks = heard.says(phrases.SEARCH_WIDELY) or heard.says(phrases.SEARCH)
    if heard.says(phrases.I_WORK_FOR) and not asks and not heard.course(TO_SHOW).course:
        return Intent("my_agency", Nothing())
    return None


def _place_given_back(heard: Heard) -> Intent | None:
    if not wants_to_cancel(heard):
        return None
    meant = heard.course(TO_GIVE_BACK)
    if meant.course:
        return Intent("ask_to_cancel_course", choice(meant.course, heard))
    return unclear(heard, near=meant.near, wanted="cancel") if meant.near else my_list(heard)


def _why_waiting(heard: Heard) -> Intent | None:
    return Intent("why_waiting", WaitChoice()) if heard.says(phrases.WHY_WAITING) else None


def _my_training_asked(heard: Heard) -> Intent | None:
    return my_list(heard) if heard.says(phrases.MY_TRAINING_ASKED) else None


def _place_booked(heard: Heard) -> Intent | None:
    if not wants_to_book(heard):
        return None
    meant = heard.course(TO_BOOK)
    # A choice of course carries a day and no month: a list keeps what was said.
    if not names_something(heard) or narrows(heard):
        return search(heard)
    if meant.course and heard.says_it_apart(meant):
        return Intent("book_course", choice(meant.course, heard))
    return unclear(heard, near=meant.near, wanted="book")


def _my_training_said(heard: Heard) -> Intent | None:
    return my_list(heard) if heard.says(phrases.MY_TRAINING_SAID) else None


def _course_named(heard: Heard) -> Intent | None:
    meant = heard.course(TO_SHOW)
    if meant.course is None or narrows(heard) or heard.says(phrases.SEARCH_WIDELY):
        return None
    return Intent("show_course", choice(meant.course, heard))


def _programme_searched(heard: Heard) -> Intent | None:
    known = [word for word in heard.subject if heard.programme.knows(word)]
    if heard.subject and len(known) == len(heard.subject):
        return search(heard)
    asked = heard.says(phrases.SEARCH_WIDELY) or heard.says(phrases.SEARCH) or filters(heard)
    asked = asked or (not heard.subject and heard.when.day is not None)
    few = len(heard.subject) <= MOST_UNKNOWN_WORDS
    return search(heard) if asked and (known or few) else None


def _evaluations_asked(heard: Heard) -> Intent | None:
    said = heard.says_only(phrases.EVALUATION, beside=SMALL_TALK)
    return Intent("evaluations", Nothing()) if said else None


def _politeness(heard: Heard) -> Intent | None:
    if heard.says(phrases.INTRODUCTION):
        return Intent("help", Nothing())
    if heard.course(TO_SHOW).near:
        return None
    if heard.says(phrases.THANKED):
        return Intent("thanks", Nothing())
    return Intent("help", Nothing()) if heard.says(phrases.GREETING) else None


RULES: tuple[tuple[str, Rule], ...] = (
    # what is said                                            the rule that knows it
    ("?", _only_signs),
    ("i am worried about a child", _concern),
    ("yes, i will be there on tuesday", said_coming),
    ("thank you", _thanks),
    ("who cant we reach", not_reached_asked),
    ("hello, how do i book", _call_for_help),
    ("tell me when there is a new date for fgm", interest_registered),
    ("summary of S26-014", summary_asked),
    ("cancel the session S26-014", session_called_off),
    ("send a colleague to S26-014", colleague_sent_to_session),
    ("move S26-014", session_moved),
    ("change S26-014 to another date", date_of_session_changed),
    ("change the capacity of S26-014", session_managed),
    ("who turned up to S26-014", register_of_session_asked),
    ("who is coming to S26-014", roster_asked),
    ("i cant come to S26-014", _session_given_back),
    ("book S26-014", _session_booked),
    ("when is S26-014", _session_named),
    ("who is waiting for confirmation", _agencies_to_confirm),
    ("change my agency", _my_agency),
    ("evaluate my last course", _evaluations_asked),
    ("charges", charges_asked),
    ("clashes", clashes_asked),
    ("held comments", held_comments_asked),
    ("what needs attention", attention_asked),
    ("my sessions", teaching_asked),
    ("no-shows in 2024", no_shows_asked),
    ("who turned up to neglect level 2", register_asked),
    ("booking checks of C02", checks_asked),
    ("reminders of neglect level 2", notices_asked),
    ("add a session to neglect level 2", session_added),
    ("can sam go to neglect level 2 instead of me", colleague_sent),
    ("change the date of neglect level 2", date_changed),
    ("cancel neglect level 2, i cant come", _place_given_back),
    ("why am i still waiting", _why_waiting),
    ("what have i booked", _my_training_asked),
    ("book neglect level 2 on 14 march", _place_booked),
    ("bookings, waiting list", _my_training_said),
    ("i work for the police", _workplace),
    ("neglect level 2", _course_named),
    ("what is on in june", _programme_searched),
    ("hi, im a health visitor, thanks for today", _politeness),
)
"""The rules in order, each with words that it knows; the first that answers decides.

What names what is to become of a session or a place stands before giving back ("cancel the
session"), giving back before asking and booking ("cancel my booking"), asking before booking ("did
i book neglect"), and a question of the bot's own before any course.
"""


def decide(heard: Heard) -> Intent:
    """Return what the first rule that recognises the words says, or the nearest courses."""
    answers = (rule(heard) for _, rule in RULES)
    return next((intent for intent in answers if intent), None) or unclear(heard)

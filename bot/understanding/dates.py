"""Days and months in typed words: found, read and taken out of the text.

Every function takes lower-case text and gives back what it found and the text without it.
A day without a year is the next such day, and a month without one the next such month; today
and this month count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mondays mon",
            "tuesday tuesdays tues tue",
            "wednesday wednesdays weds wed",
            "thursday thursdays thurs thur thu",
            "friday fridays fri",
            "saturday saturdays",
            "sunday sundays",
        )
    )
    for name in names.split()
}
NEAR_DAYS = {"today": 0, "todays": 0, "tonight": 0, "tomorrow": 1, "tomorrows": 1}
LEAP_CYCLE = 8
"""Years within which every day of the calendar comes round, 29 February too."""
FIRST_YEAR, LAST_YEAR = 2000, 2099

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_NUMBER = r"(?P<number>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>20\d\d)"
_COMING = r"(?<!\bim )(?<!\bam )(?<!\bbe )(?<!\bare )(?<!\bstill )(?<!\byes )coming"
"""Said of a day, as in "this coming Tuesday", and not of whoever types."""
_LEAD = rf"(?:\b(?:on|for|in|during|this|next|{_COMING}|the|of|from|by|until) )*"

_TIMES = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)\b"
    r"|\b\d{1,2}:\d\d\b"
    r"|\bat (?:\d{1,2}[.:]\d\d|\d{4}|\d{1,2}(?: ?oclock)?)(?![\w/.-])"
)
_NUMERIC_DAYS = (
    re.compile(
        r"(?<![\w/.-])(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<number>\d{1,2})(?![\w/-])"
    ),
    re.compile(
        r"(?<![\w/.-])(?P<number>\d{1,2})(?P<dash>[-/.])(?P<month>\d{1,2})(?P=dash)"
        r"(?P<year>20\d\d|\d\d)(?![\w/-])"
    ),
    re.compile(r"(?<![\w/.-])(?<!level )(?P<number>\d{1,2})/(?P<month>\d{1,2})(?![\w/-])"),
)
_NUMERIC_MONTHS = (
    re.compile(r"(?<![\w/.-])(?P<month>\d{1,2})[-/](?P<year>20\d\d)(?![\w/-])"),
    re.compile(r"(?<![\w/.-])(?P<year>20\d\d)-(?P<month>\d{1,2})(?![\w/-])"),
)
_SPOKEN_DAYS = (
    re.compile(rf"{_LEAD}\b{_NUMBER}(?: of)? ?(?P<month>{_MONTH})\b(?: {_YEAR})?"),
    re.compile(rf"{_LEAD}\b(?P<month>{_MONTH}) (?:the )?{_NUMBER}(?![\w])(?:(?: of)? {_YEAR})?"),
)
_DAY_OF_MONTH = re.compile(
    r"\b(?:on |for |from )?the (?P<number>\d{1,2})(?:st|nd|rd|th)\b"
    r"|\b(?:on |for )?(?P<bare>\d{1,2})(?:st|nd|rd|th)\b(?! level)"
)
_NEAR_DAY = re.compile(rf"\b(?:on |for )?(?P<near>{'|'.join(NEAR_DAYS)})\b")
_ON_A_WEEKDAY = re.compile(
    rf"\b(?:on |for |from )?(?:the )?(?P<next>next )?(?:this |{_COMING} )?(?P<weekday>{_WEEKDAY})\b"
    r"|\b(?:on|for|this|next) (?P<short>sat|sun)\b"
)
_NAMED_MONTH = re.compile(
    rf"{_LEAD}\b(?P<month>{_MONTH})\b(?! (?:i|we|you|be|have|not|need)\b)(?: (?:of )?{_YEAR})?"
)
_NEAR_MONTH = re.compile(
    r"\b(?:in |during |for )?(?:later )?(?P<which>this|next|the next|the coming|coming) "
    r"(?P<unit>month|months|week|weeks)\b"
)


@dataclass(frozen=True, slots=True)
class When:
    """What a text says of time: a day, or else a month as `2025-06`, or neither."""

    day: date | None = None
    month: str = ""

    @property
    def month_meant(self) -> str:
        """The month, also where a day was named."""
        return month_of(self.day) if self.day else self.month


def month_of(day: date) -> str:
    """Return the month of a day as `2025-06`."""
    return f"{day.year:04}-{day.month:02}"


def take_numeric(text: str, *, today: date) -> tuple[When, str]:
    """Take times of day and dates in figures, `14/3`, `14.3.2026`, `2026-03-14`, `06/2025`.

    Times of day are dropped: a session is found by its day. A dot needs a year, since 9.30 is
    a time, and so does a dash, since 9-11 is from nine to eleven.
    """
    text = _TIMES.sub(" ", text)
    for pattern in _NUMERIC_DAYS:
        if (found := pattern.search(text)) and (day := _day(found, today=today)):
            return When(day=day), _without(text, [found])
    for pattern in _NUMERIC_MONTHS:
        if (found := pattern.search(text)) and (month := _month(found, today=today)):
            return When(month=month), _without(text, [found])
    return When(), text


def take_spoken(text: str, *, today: date) -> tuple[When, str]:
    """Take dates in words: `the 14th of march`, `tomorrow`, `next tuesday`, `in june 2026`.

    A weekday is the next one after today; `next tuesday` is the one of next week, which begins
    on Monday. A week counts as the month it begins in.
    """
    for pattern in _SPOKEN_DAYS:
        if (found := pattern.search(text)) and (day := _day(found, today=today)):
            return When(day=day), _without(text, [found, *_ON_A_WEEKDAY.finditer(text)])
    if found := _NEAR_DAY.search(text):
        day = today + timedelta(days=NEAR_DAYS[found["near"]])
        return When(day=day), _without(text, [found, *_ON_A_WEEKDAY.finditer(text)])
    if (found := _DAY_OF_MONTH.search(text)) and (
        day := _next_day_of_month(int(found["number"] or found["bare"]), today=today)
    ):
        return When(day=day), _without(text, [found, *_ON_A_WEEKDAY.finditer(text)])
    if found := _ON_A_WEEKDAY.search(text):
        return When(day=_weekday(found, today=today)), _without(text, [found])
    return _take_month(text, today=today)


def _take_month(text: str, *, today: date) -> tuple[When, str]:
    named = list(_NAMED_MONTH.finditer(text))
    if named and (month := _month(named[0], today=today)):
        return When(month=month), _without(text, named)
    if found := _NEAR_MONTH.search(text):
        return When(month=_near_month(found, today=today)), _without(text, [found])
    return When(), text


def _day(found: re.Match[str], *, today: date) -> date | None:
    month = MONTHS.get(found["month"]) or int(found["month"])
    year = found.groupdict().get("year")
    if year is not None:
        return _date(int(year) % 100 + FIRST_YEAR, month, int(found["number"]))
    return next(
        (
            day
            for ahead in range(LEAP_CYCLE + 1)
            if (day := _date(today.year + ahead, month, int(found["number"]))) and day >= today
        ),
        None,
    )


def _month(found: re.Match[str], *, today: date) -> str:
    month = MONTHS.get(found["month"]) or int(found["month"])
    year = found["year"] and int(found["year"])
    first = _date(year or today.year + (month < today.month), month, 1)
    return month_of(first) if first else ""


def _near_month(found: re.Match[str], *, today: date) -> str:
    is_next = "next" in found["which"] or "coming" in found["which"]
    if not is_next:
        return month_of(today)
    if found["unit"].startswith("week"):
        return month_of(today + timedelta(days=7 - today.weekday()))
    return month_of(today.replace(day=1) + timedelta(days=31))


def _weekday(found: re.Match[str], *, today: date) -> date:
    short = found["short"]
    weekday = {"sat": 5, "sun": 6}[short] if short else WEEKDAYS[found["weekday"]]
    if found["next"]:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _next_day_of_month(number: int, *, today: date) -> date | None:
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(4))
    days = (_date(month // 12, month % 12 + 1, number) for month in months)
    return next((day for day in days if day and day >= today), None)


def _date(year: int, month: int, number: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _without(text: str, found: Iterable[re.Match[str]]) -> str:
    for match in sorted(found, key=re.Match.start, reverse=True):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(text.split())

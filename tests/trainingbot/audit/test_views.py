from uuid import UUID

from tests.moments import NOW
from trainingbot.audit.views import Audit, Finding

BOOKING = UUID(int=7)
LATE = Finding("history_out_of_order", "booking", BOOKING, "Booking 7 is out of order.")
NOBODY = Finding("no_coordinator", "service", None, "Nobody is a coordinator.")


def test_an_audit_as_json_has_the_moment_the_findings_and_a_count_for_every_check() -> None:
    audit = Audit(NOW, (LATE, NOBODY), {"overbooked": 0, LATE.check: 1, NOBODY.check: 1})

    assert audit.as_json() == {
        "checked_at": "2025-01-07T10:00:00+00:00",
        "findings": [
            {
                "check": "history_out_of_order",
                "about": "booking",
                "id": "00000000-0000-0000-0000-000000000007",
                "sentence": "Booking 7 is out of order.",
            },
            {
                "check": "no_coordinator",
                "about": "service",
                "id": None,
                "sentence": "Nobody is a coordinator.",
            },
        ],
        "counts": {"overbooked": 0, "history_out_of_order": 1, "no_coordinator": 1},
    }


def test_findings_are_told_a_line_each_with_their_number_at_the_end() -> None:
    audit = Audit(NOW, (LATE, LATE, NOBODY), {"overbooked": 0, LATE.check: 2, NOBODY.check: 1})

    assert audit.lines() == [
        "history_out_of_order: Booking 7 is out of order.",
        "history_out_of_order: Booking 7 is out of order.",
        "no_coordinator: Nobody is a coordinator.",
        "3 findings, by 2 of 3 checks. Nothing was changed.",
    ]


def test_one_finding_is_told_in_the_singular() -> None:
    audit = Audit(NOW, (NOBODY,), {NOBODY.check: 1})

    assert audit.lines()[-1] == "1 finding, by 1 of 1 checks. Nothing was changed."


def test_an_audit_without_findings_says_how_many_checks_there_were() -> None:
    audit = Audit(NOW, (), {"overbooked": 0, "no_coordinator": 0})

    assert audit.lines() == ["Nothing is wrong: none of 2 checks found anything."]

from trainingbot.programme.problems import Problem, counted, one_of, quoted, refusal


def test_problems_are_told_in_the_order_of_files_and_lines() -> None:
    problems = [
        Problem("b.csv", 10, "x", "no"),
        Problem("b.csv", 9, "x", "no"),
        Problem("a.csv", 0, "", "missing"),
        Problem("b.csv", 9, "x", "no"),
    ]

    assert refusal(problems).splitlines() == [
        "a.csv: missing",
        "b.csv, line 9, column x: no",
        "b.csv, line 10, column x: no",
        "Nothing was imported: 3 problems to mend.",
    ]


def test_a_cell_is_quoted_short_and_visible() -> None:
    assert quoted("a\x1b\n\u202eb") == "“a���b”"
    assert quoted("x" * 61) == f"“{'x' * 60}…”"


def test_numbers_stand_with_their_nouns() -> None:
    assert [counted(1, "agency", "agencies"), counted(1_942, "booking")] == [
        "1 agency",
        "1,942 bookings",
    ]


def test_a_choice_is_said_in_words() -> None:
    assert [one_of(["a"]), one_of(["a", "b"]), one_of(["a", "b", "c"])] == [
        "a",
        "a or b",
        "a, b or c",
    ]

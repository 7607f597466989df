import pytest

from bot.payloads import CourseSearch


@pytest.mark.parametrize(("sent", "level"), [("", None), (" ", None), (None, None), ("2", 2)])
def test_a_level_that_a_card_leaves_blank_is_no_level(sent: str | None, level: int | None) -> None:
    search = CourseSearch.model_validate({"level": sent})

    assert search.level == level

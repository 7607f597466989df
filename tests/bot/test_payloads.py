import pytest
from pydantic import ValidationError

from bot.payloads import CourseSearch


@pytest.mark.parametrize(("sent", "level"), [("", None), (" ", None), (None, None), ("2", 2)])
def test_a_level_that_a_card_leaves_blank_is_no_level(sent: str | None, level: int | None) -> None:
    search = CourseSearch.model_validate({"level": sent})

    assert search.level == level


@pytest.mark.parametrize("month", ["0000-01", "9999-12", "2025-13", "٢٠٢٥-06", "2025-6"])
def test_a_month_that_no_programme_has_is_refused(month: str) -> None:
    """Some of these pass as digits, and no date can be made of them."""
    with pytest.raises(ValidationError):
        CourseSearch.model_validate({"words": "neglect", "month": month})

"""Which comments a coordinator must look at first, and which may be shown at once."""

import pytest

from trainingbot.evaluations.comments.reading import read_comment


@pytest.mark.parametrize(
    "comment",
    [
        "My pupil started to talk about it last week.",
        "There is a boy in my class who comes in hungry.",
        "We support a family on Harbour Street.",
        "She was born on 3 March 2015.",
        "A 14-year-old we work with",
        "The child in Year 5 that I teach",
        "T.W. has been missing since Friday",
        "Please call me on 07700 900123",
        "Write to sam.lee@nursery.example",
        "Our head teacher told us not to report it.",
        "One of the nurses said she never checks the records.",
        "My manager, Alex Moore, ignores concerns.",
        "The trainer named the family in the review.",
        "The presenter made racist remarks.",
        "I was abused as a child and this brought it all back.",
        "I am worried about my neighbour and her baby.",
        "They live at 22 Acacia Avenue",
        "Kayleigh in our office was rude about it",
        "The Miller children were in the case study.",
        "i am worried about a little girl at my church",
    ],
)
def test_what_may_point_at_somebody_or_raises_a_concern_is_held(comment: str) -> None:
    assert read_comment(comment).held


@pytest.mark.parametrize(
    "comment",
    [
        "Sally made a heavy topic feel manageable.",
        "Thank you, Ben and Aisha, for a great day.",
        "I can use it with most of my families now.",
        "The voice of the child ran through the whole day.",
        "Include an example with a disabled child.",
        "The section on sexual abuse was very clear.",
        "Learning about Child Q was eye opening.",
        "I attended with two colleagues from my school.",
        "The trainer dismissed a question.",
        "My whole team will use the Graded Care Profile.",
        "The survivor who spoke to us was incredible.",
        "Level 3 next, please.",
        "I will speak to my manager about it.",
        "Joining on Teams was simple.",
    ],
)
def test_what_points_at_nobody_is_not_held(comment: str) -> None:
    assert not read_comment(comment).held


def test_a_trainer_of_the_session_may_be_blamed_by_name() -> None:
    comment = "Sally was too fast for me."

    assert read_comment(comment).held
    assert not read_comment(comment, trainers=["Sally Brown"]).held

from datetime import timedelta

from bot.web.allowance import Allowance
from tests.fakes import SetClock


def test_there_are_so_many_at_once_and_then_one_every_so_often() -> None:
    clock = SetClock()
    allowance = Allowance(at_once=3, every=timedelta(seconds=10), clock=clock)

    at_once = [allowance.take() for _ in range(5)]
    clock.advance(timedelta(seconds=9))
    too_early = allowance.take()
    clock.advance(timedelta(seconds=11))
    then = [allowance.take() for _ in range(3)]

    assert at_once == [True, True, True, False, False]
    assert too_early is False
    assert then == [True, True, False]


def test_no_more_is_saved_up_than_may_be_asked_at_once() -> None:
    clock = SetClock()
    allowance = Allowance(at_once=2, every=timedelta(seconds=1), clock=clock)
    clock.advance(timedelta(days=1))

    taken = [allowance.take() for _ in range(4)]

    assert taken == [True, True, False, False]


def test_a_clock_that_is_set_back_gives_and_takes_nothing() -> None:
    clock = SetClock()
    allowance = Allowance(at_once=2, every=timedelta(seconds=1), clock=clock)
    allowance.take()
    clock.advance(-timedelta(days=1))

    taken = [allowance.take() for _ in range(2)]

    assert taken == [True, False]

import hashlib
import hmac
from uuid import UUID

from trainingbot.evaluations.rules import respondent_hash

SECRET = "a secret that is long enough to be one"
ANN = UUID("00000000-0000-4000-8000-000000000001")
BEN = UUID("00000000-0000-4000-8000-000000000002")


def test_the_name_of_a_respondent_is_a_keyed_hash() -> None:
    message = b"trainingbot evaluation respondent\0" + ANN.bytes

    assert (
        respondent_hash(SECRET, ANN)
        == hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    )


def test_it_is_the_same_for_one_person_and_another_for_another_person_or_secret() -> None:
    names = [respondent_hash(SECRET, ANN), respondent_hash(SECRET, ANN)]
    others = [respondent_hash(SECRET, BEN), respondent_hash(SECRET + "!", ANN)]

    assert len(set(names)) == 1
    assert len({*names, *others}) == 3

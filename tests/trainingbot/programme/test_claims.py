from pathlib import Path
from uuid import uuid4

from tests.moments import NOW
from tests.trainingbot.programme.folders import EVALUATIONS, LONDON, read
from tests.trainingbot.programme.imports import SECRET
from trainingbot.enums import EvaluationMoment
from trainingbot.evaluations.operations import drafted
from trainingbot.evaluations.sheets import FIRST_SHEETS, FIRST_VERSION
from trainingbot.evaluations.views import Sheet
from trainingbot.models import EvaluationResponse
from trainingbot.programme.changes import Changes, Names
from trainingbot.programme.claims import Setting, settle_evaluations
from trainingbot.programme.rows import Programme
from trainingbot.programme.stored import Stored

SHEETS = {
    moment: Sheet(uuid4(), FIRST_VERSION, drafted(uuid4(), questions))
    for moment, questions in FIRST_SHEETS.items()
}


def setting_of(programme: Programme) -> Setting:
    names = Names(
        people={row.email: uuid4() for row in programme.people()},
        sessions={row.id: uuid4() for row in programme.sessions},
    )
    return Setting(programme, Stored(), names, Changes(), zone=LONDON, now=NOW)


def test_responses_are_written_in_an_order_that_tells_nothing_of_their_arrival(
    tmp_path: Path,
) -> None:
    row = read(tmp_path).programme.evaluations[0]
    emails = [f"person{number}@gp.example" for number in range(50)]
    programme = Programme.model_construct(
        evaluations=tuple(row.model_copy(update={"email": email}) for email in emails),
        practitioners=tuple(
            read(tmp_path).programme.practitioners[0].model_copy(update={"email": email})
            for email in emails
        ),
        sessions=read(tmp_path).programme.sessions,
    )
    setting = setting_of(programme)

    settle_evaluations(setting, sheets=SHEETS, secret=SECRET)

    hashes = [values["respondent_hash"] for values in setting.changes.added[EvaluationResponse]]
    assert len(hashes) == 100
    assert hashes == sorted(hashes)


def test_a_rating_from_before_is_kept_apart_from_the_sheet_of_afterwards(tmp_path: Path) -> None:
    setting = setting_of(read(tmp_path).programme)

    settle_evaluations(setting, sheets=SHEETS, secret=SECRET)

    sheets = {values["evaluation_id"] for values in setting.changes.added[EvaluationResponse]}
    assert sheets == {sheet.evaluation_id for sheet in SHEETS.values()}


def test_who_did_not_rate_themselves_before_returned_no_such_sheet(tmp_path: Path) -> None:
    setting = setting_of(read(tmp_path, evaluations=EVALUATIONS.replace(",2,4,", ",,4,")).programme)

    settle_evaluations(setting, sheets=SHEETS, secret=SECRET)

    [values] = setting.changes.added[EvaluationResponse]
    assert values["evaluation_id"] == SHEETS[EvaluationMoment.AFTER].evaluation_id

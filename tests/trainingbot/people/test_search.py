import pytest

from tests.factories import make_agency, make_practitioner
from trainingbot.db import Database
from trainingbot.people.search import people_named


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ann", ["Ann Smith", "Hannah Bell"]),
        ("SMITH ann", ["Ann Smith"]),
        ("hb@county", ["Hannah Bell"]),
        ("o'brien", ["Pat O'Brien", "Sam O’Brien"]),
        ("O’Brien", ["Pat O'Brien", "Sam O’Brien"]),
        ("élodie", ["Élodie Ñandú"]),
        ("ÉLODIE", ["Élodie Ñandú"]),
        ("%", []),
        ("_", []),
        ("nobody", []),
        ("   ", []),
    ],
)
async def test_people_are_found_by_a_part_of_their_name_or_address(
    database: Database, words: str, found: list[str]
) -> None:
    async with database.writing() as db:
        agency = await make_agency(db, name="Police")
        for name, email in (
            ("Hannah Bell", "hb@county.example"),
            ("Ann Smith", "smith.a@police.example"),
            ("Sam O’Brien", "sam@police.example"),
            ("Pat O'Brien", "pat@police.example"),
            ("Élodie Ñandú", "e.n@police.example"),
        ):
            await make_practitioner(db, name=name, email=email, agency=agency)

    async with database.reading() as db:
        rows, total = await people_named(db, words, limit=10)

    assert [person.name for person, _ in rows] == found
    assert {agency.name for _, agency in rows if agency} == ({"Police"} if found else set())
    assert total == len(found)


async def test_what_is_left_out_is_counted(database: Database) -> None:
    async with database.writing() as db:
        for number in range(14):
            await make_practitioner(db, name=f"Ann {number:02}")

    async with database.reading() as db:
        rows, total = await people_named(db, "ann", limit=10)

    assert [person.name for person, _ in rows] == [f"Ann {number:02}" for number in range(10)]
    assert total == 14

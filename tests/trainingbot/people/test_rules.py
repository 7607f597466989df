"""Which agency vouches for a person."""

import pytest

from trainingbot.models import Agency
from trainingbot.people.rules import believed_email, vouching_agency


def agency(code: str, *, tenant_id: str | None = None, email_domain: str | None = None) -> Agency:
    return Agency(
        code=code,
        name=code,
        sector="health",
        contributing=True,
        tenant_id=tenant_id,
        email_domain=email_domain,
    )


AGENCIES = (
    agency("council", email_domain="county.example"),
    agency("police", tenant_id="tenant-police", email_domain="police.example"),
    agency("charity"),
)


@pytest.mark.parametrize(
    ("tenant_id", "email", "code"),
    [
        ("tenant-police", None, "police"),
        ("TENANT-POLICE", None, "police"),
        ("tenant-police", "sam@county.example", "police"),
        ("tenant-shared", "sam@county.example", "council"),
        ("tenant-shared", "Sam@COUNTY.example", "council"),
        ("tenant-shared", None, None),
        ("tenant-shared", "", None),
        ("tenant-shared", "sam@notcounty.example", None),
        ("tenant-shared", "sam@mail.county.example", None),
        ("tenant-shared", "sam@county.example.evil.example", None),
        ("tenant-shared", "sam@county.example@evil.example", None),
        ("tenant-shared", "county.example@evil.example", None),
        ("", None, None),
    ],
)
def test_only_the_tenant_or_the_whole_domain_proves_an_agency(
    tenant_id: str, email: str | None, code: str | None
) -> None:
    found = vouching_agency(AGENCIES, tenant_id=tenant_id, email=email)

    assert (found.code if found else None) == code


def test_nobody_vouches_where_there_are_no_agencies() -> None:
    assert vouching_agency([], tenant_id="tenant", email="sam@county.example") is None


@pytest.mark.parametrize(
    ("tenant_id", "email", "believed"),
    [
        ("police-tenant", "Ann@Police.example", "ann@police.example"),
        ("POLICE-TENANT", "ann@police.example", "ann@police.example"),
        ("another-tenant", "ann@police.example", None),
        ("another-tenant", "ann@county.example", "ann@county.example"),
        ("another-tenant", "ann@elsewhere.example", "ann@elsewhere.example"),
        ("another-tenant", None, None),
    ],
)
def test_an_address_of_an_agency_with_its_own_tenant_is_believed_only_from_there(
    tenant_id: str, email: str | None, believed: str | None
) -> None:
    agencies = [
        Agency(
            code="POL",
            name="Police",
            sector="police",
            contributing=True,
            email_domain="police.example",
            tenant_id="police-tenant",
        ),
        Agency(
            code="CCC",
            name="County",
            sector="local authority",
            contributing=True,
            email_domain="county.example",
        ),
    ]

    assert believed_email(agencies, tenant_id=tenant_id, email=email) == believed

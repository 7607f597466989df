"""Make room for reserved places, substitution, transfer, charges and changes of sessions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from trainingbot.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANGES = (
    "booked",
    "waitlisted",
    "promoted",
    "offered",
    "offer_accepted",
    "offer_declined",
    "offer_expired",
    "offer_withdrawn",
    "cancelled",
    "session_cancelled",
    "attendance_marked",
)
NEW_CHANGES = (
    "booked",
    "waitlisted",
    "promoted",
    "offered",
    "offer_accepted",
    "offer_declined",
    "offer_expired",
    "offer_withdrawn",
    "cancelled",
    "substituted",
    "stepped_in",
    "transferred_away",
    "transferred_here",
    "kept",
    "session_cancelled",
    "attendance_marked",
)
KINDS = (
    "agency_to_confirm",
    "agency_confirmed",
    "agency_declined",
    "promoted",
    "offer",
    "offer_ended",
    "broadcast",
)
ADDED_KINDS = (
    "booked_for_you",
    "cancelled_for_you",
    "substituted",
    "stepped_in",
    "session_cancelled",
    "session_moved",
    "session_confirmed",
    "session_undecided",
    "trainer_named",
    "trainer_released",
)
STEPS = (
    "added",
    "moved",
    "cancelled",
    "capacity_changed",
    "places_reserved",
    "trainers_changed",
    "confirmed",
)
LATE_REASONS = ("illness", "caring", "urgent_work", "not_released", "travel", "other")
STRICTNESSES = ("allow", "warn", "refuse")
CHECKED = ("on_clash", "on_repeat", "on_missing_level")
TENTATIVE = "NOT tentative OR (minimum_places IS NOT NULL AND decide_at IS NOT NULL)"


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Bring the database one revision forward."""
    with op.batch_alter_table("course") as table:
        for column in CHECKED:
            table.add_column(
                sa.Column(column, sa.String(40), nullable=False, server_default="warn")
            )
        table.add_column(
            sa.Column("repeat_months", sa.Integer(), nullable=False, server_default="12")
        )
        table.add_column(sa.Column("prerequisite_level", sa.Integer(), nullable=True))
        for column in CHECKED:
            table.create_check_constraint(
                op.f(f"ck_course_{column}"), _one_of(column, STRICTNESSES)
            )
        table.create_check_constraint(
            op.f("ck_course_repeat_months"), "repeat_months BETWEEN 1 AND 60"
        )
        table.create_check_constraint(
            op.f("ck_course_prerequisite_level"), "prerequisite_level BETWEEN 1 AND 3"
        )
    _without_defaults("course", *CHECKED, "repeat_months")
    with op.batch_alter_table("course_session") as table:
        table.add_column(sa.Column("join_url", sa.String(), nullable=True))
        table.add_column(
            sa.Column("tentative", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("minimum_places", sa.Integer(), nullable=True))
        table.add_column(sa.Column("decide_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("reserved_until", UtcDateTime(), nullable=True))
        table.create_check_constraint(op.f("ck_course_session_tentative"), TENTATIVE)
        table.create_check_constraint(
            op.f("ck_course_session_minimum_places"), "minimum_places >= 1"
        )
    _without_defaults("course_session", "tentative")
    with op.batch_alter_table("booking") as table:
        table.add_column(
            sa.Column("may_leave_freely", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _without_defaults("booking", "may_leave_freely")
    with op.batch_alter_table("booking_change") as table:
        table.add_column(sa.Column("late_reason", sa.String(40), nullable=True))
        table.add_column(sa.Column("other_booking_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_booking_change_other_booking_id"), "booking", ["other_booking_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_booking_change_latereason"), _one_of("late_reason", LATE_REASONS)
        )
        _replace(table, "change", _one_of("change", NEW_CHANGES), "booking_change")
    with op.batch_alter_table("notice") as table:
        _replace(table, "noticekind", _one_of("kind", (*KINDS, *ADDED_KINDS)), "notice")
    _create_session_change()
    _create_reserved_places()
    _create_interest()
    _create_charge()


def _create_session_change() -> None:
    op.create_table(
        "session_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(_one_of("step", STEPS), name=op.f("ck_session_change_sessionstep")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["practitioner.id"], name=op.f("fk_session_change_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["course_session.id"], name=op.f("fk_session_change_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_change")),
        sa.UniqueConstraint(
            "session_id", "position", name=op.f("uq_session_change_session_id_position")
        ),
    )
    op.create_index(op.f("ix_session_change_actor_id"), "session_change", ["actor_id"])


def _create_reserved_places() -> None:
    op.create_table(
        "reserved_places",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.CheckConstraint("places >= 1", name=op.f("ck_reserved_places_places")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_reserved_places_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["course_session.id"], name=op.f("fk_reserved_places_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "agency_id", name=op.f("pk_reserved_places")),
    )
    op.create_index(op.f("ix_reserved_places_opens_at"), "reserved_places", ["opens_at"])


def _create_interest() -> None:
    op.create_table(
        "interest",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_interest_course_id")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_interest_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("course_id", "practitioner_id", name=op.f("pk_interest")),
    )


def _create_charge() -> None:
    op.create_table(
        "charge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'raised') = (finished_at IS NULL)", name=op.f("ck_charge_finished_at")
        ),
        sa.CheckConstraint(
            _one_of("kind", ("late_cancellation", "no_show")), name=op.f("ck_charge_chargekind")
        ),
        sa.CheckConstraint("pence > 0", name=op.f("ck_charge_pence")),
        sa.CheckConstraint(
            "state <> 'waived' OR reason IS NOT NULL", name=op.f("ck_charge_reason_to_waive")
        ),
        sa.CheckConstraint(
            _one_of("state", ("raised", "waived", "settled")), name=op.f("ck_charge_chargestate")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["practitioner.id"], name=op.f("fk_charge_actor_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_charge_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("booking_id", "position", name=op.f("uq_charge_booking_id_position")),
    )
    op.create_index(op.f("ix_charge_actor_id"), "charge", ["actor_id"])
    op.create_index(op.f("ix_charge_raised_at"), "charge", ["raised_at"])


def downgrade() -> None:
    """Bring the database one revision back; what only the newer version knows is given up."""
    for name in ("charge", "interest", "reserved_places", "session_change"):
        op.drop_table(name)
    notice = sa.table("notice", sa.column("kind", sa.String()))
    op.execute(notice.delete().where(notice.c.kind.in_(ADDED_KINDS)))
    op.execute(
        "UPDATE booking_change SET change = 'booked' "
        "WHERE change IN ('stepped_in', 'transferred_here', 'kept')"
    )
    op.execute(
        "UPDATE booking_change SET change = 'cancelled' "
        "WHERE change IN ('substituted', 'transferred_away')"
    )
    with op.batch_alter_table("notice") as table:
        _replace(table, "noticekind", _one_of("kind", KINDS), "notice")
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", CHANGES), "booking_change")
        table.drop_constraint(op.f("ck_booking_change_latereason"), type_="check")
        table.drop_constraint(op.f("fk_booking_change_other_booking_id"), type_="foreignkey")
        table.drop_column("other_booking_id")
        table.drop_column("late_reason")
    with op.batch_alter_table("booking") as table:
        table.drop_column("may_leave_freely")
    with op.batch_alter_table("course_session") as table:
        table.drop_constraint(op.f("ck_course_session_minimum_places"), type_="check")
        table.drop_constraint(op.f("ck_course_session_tentative"), type_="check")
        for column in ("reserved_until", "decide_at", "minimum_places", "tentative", "join_url"):
            table.drop_column(column)
    with op.batch_alter_table("course") as table:
        for column in ("prerequisite_level", "repeat_months", *CHECKED):
            table.drop_constraint(op.f(f"ck_course_{column}"), type_="check")
            table.drop_column(column)


def _without_defaults(of: str, *columns: str) -> None:
    with op.batch_alter_table(of) as table:
        for column in columns:
            table.alter_column(column, server_default=None)


def _replace(table: BatchOperations, name: str, condition: str, of: str) -> None:
    table.drop_constraint(op.f(f"ck_{of}_{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck_{of}_{name}"), condition)

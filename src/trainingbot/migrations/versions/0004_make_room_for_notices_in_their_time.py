"""Make room for notices that are due in time, sent by several processes, and by e-mail too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from trainingbot.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
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
    "substituted",
    "stepped_in",
    "transferred_away",
    "transferred_here",
    "kept",
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
    "said_coming",
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
ADDED_KINDS = (
    "confirmation",
    "early_reminder",
    "joining_instructions",
    "late_reminder",
    "starting_soon",
    "evaluation_invitation",
    "trainers_digest",
    "coordinators_digest",
    "personal_link",
)
CHANNELS = ("teams", "email")
REASONS = ("removed", "blocked", "gone")


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Bring the database one revision forward."""
    with op.batch_alter_table("course") as table:
        table.add_column(sa.Column("joining_instructions", sa.String(), nullable=True))
    with op.batch_alter_table("booking") as table:
        table.add_column(sa.Column("coming_at", UtcDateTime(), nullable=True))
        table.create_check_constraint(
            op.f("ck_booking_coming_of_confirmed"), "coming_at IS NULL OR status = 'confirmed'"
        )
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", NEW_CHANGES), "booking_change")
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("queued_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("channel", sa.String(40), nullable=True))
        table.add_column(sa.Column("browser", sa.String(), nullable=True))
        table.create_check_constraint(op.f("ck_notice_channel"), _one_of("channel", CHANNELS))
        _replace(table, "noticekind", _one_of("kind", (*KINDS, *ADDED_KINDS)), "notice")
    op.create_index(op.f("ix_notice_about_id"), "notice", ["about_id"])
    _say_why_nobody_is_reached()
    op.create_table(
        "course_without_notice",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.CheckConstraint(
            _one_of("kind", (*KINDS, *ADDED_KINDS)),
            name=op.f("ck_course_without_notice_noticekind"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_without_notice_course_id")
        ),
        sa.PrimaryKeyConstraint("course_id", "kind", name=op.f("pk_course_without_notice")),
    )
    op.create_table(
        "replica",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replica")),
    )


def _say_why_nobody_is_reached() -> None:
    with op.batch_alter_table("teams_account") as table:
        table.add_column(sa.Column("unreachable", sa.String(40), nullable=True))
        table.create_check_constraint(
            op.f("ck_teams_account_unreachable"), _one_of("unreachable", REASONS)
        )
    op.execute("UPDATE teams_account SET unreachable = 'removed' WHERE NOT installed")
    with op.batch_alter_table("teams_account") as table:
        table.create_check_constraint(
            op.f("ck_teams_account_why_unreachable"), "installed = (unreachable IS NULL)"
        )


def downgrade() -> None:
    """Bring the database one revision back; what only the newer version knows is given up."""
    op.drop_table("replica")
    op.drop_table("course_without_notice")
    with op.batch_alter_table("teams_account") as table:
        table.drop_constraint(op.f("ck_teams_account_why_unreachable"), type_="check")
        table.drop_constraint(op.f("ck_teams_account_unreachable"), type_="check")
        table.drop_column("unreachable")
    notice = sa.table("notice", sa.column("kind", sa.String()))
    op.execute(notice.delete().where(notice.c.kind.in_(ADDED_KINDS)))
    op.drop_index(op.f("ix_notice_about_id"), table_name="notice")
    with op.batch_alter_table("notice") as table:
        _replace(table, "noticekind", _one_of("kind", KINDS), "notice")
        table.drop_constraint(op.f("ck_notice_channel"), type_="check")
        for column in ("browser", "channel", "queued_at"):
            table.drop_column(column)
    op.execute("UPDATE booking_change SET change = 'kept' WHERE change = 'said_coming'")
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", CHANGES), "booking_change")
    with op.batch_alter_table("booking") as table:
        table.drop_constraint(op.f("ck_booking_coming_of_confirmed"), type_="check")
        table.drop_column("coming_at")
    with op.batch_alter_table("course") as table:
        table.drop_column("joining_instructions")


def _replace(table: BatchOperations, name: str, condition: str, of: str) -> None:
    table.drop_constraint(op.f(f"ck_{of}_{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck_{of}_{name}"), condition)

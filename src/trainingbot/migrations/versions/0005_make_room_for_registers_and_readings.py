"""Make room for the register of a session, and for what is made of comments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from trainingbot.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATUSES = (
    "confirmed",
    "waitlisted",
    "offered",
    "cancelled",
    "session_cancelled",
)
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
    "said_coming",
    "session_cancelled",
    "attendance_marked",
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
ATTENDANCES = ("attended", "partly_attended", "excused", "no_show")
SENTIMENTS = ("positive", "negative", "mixed", "neutral")


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Bring the database one revision forward."""
    with op.batch_alter_table("course_session") as table:
        table.add_column(sa.Column("register_closed_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("session_change") as table:
        steps = _one_of("step", (*STEPS, "register_closed", "register_reopened"))
        _replace(table, "sessionstep", steps, "session_change")
    with op.batch_alter_table("booking") as table:
        _replace(table, "bookingstatus", _one_of("status", (*STATUSES, "unbooked")), "booking")
        marked = "attendance IS NULL OR status IN ('confirmed', 'unbooked')"
        _replace(table, "attendance_of_confirmed", marked, "booking")
    with op.batch_alter_table("booking_change") as table:
        table.add_column(sa.Column("attendance", sa.String(40), nullable=True))
        table.create_check_constraint(
            op.f("ck_booking_change_attendance"), _one_of("attendance", ATTENDANCES)
        )
        changes = _one_of("change", (*CHANGES, "came_unbooked"))
        _replace(table, "change", changes, "booking_change")
    _take_what_was_imported_for_marked()
    _create_comment_reading()


def _take_what_was_imported_for_marked() -> None:
    """Only imports have marked anybody so far: their marks go into the history as well.

    The register of a session that was delivered counts as closed, where everybody is marked.
    """
    op.execute(
        "UPDATE booking_change SET attendance = (SELECT booking.attendance FROM booking "
        "WHERE booking.id = booking_change.booking_id) WHERE change = 'attendance_marked'"
    )
    op.execute(
        "UPDATE course_session SET register_closed_at = ends_at WHERE status = 'delivered' "
        "AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.session_id = course_session.id "
        "AND booking.status = 'confirmed' AND booking.attendance IS NULL)"
    )


def _create_comment_reading() -> None:
    op.create_table(
        "comment_reading",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("analyzer_version", sa.String(), nullable=False),
        sa.Column("sentiment", sa.String(40), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("suggestion", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("corrected", sa.String(40), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("release_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(corrected IS NULL) = (corrected_by IS NULL)",
            name=op.f("ck_comment_reading_corrected_by"),
        ),
        sa.CheckConstraint(
            "(released_by IS NULL) = (release_reason IS NULL)",
            name=op.f("ck_comment_reading_release_reason"),
        ),
        sa.CheckConstraint("score BETWEEN -1 AND 1", name=op.f("ck_comment_reading_score")),
        sa.CheckConstraint(
            _one_of("sentiment", SENTIMENTS), name=op.f("ck_comment_reading_sentiment")
        ),
        sa.CheckConstraint(
            _one_of("corrected", SENTIMENTS), name=op.f("ck_comment_reading_corrected")
        ),
        sa.ForeignKeyConstraint(
            ["response_id", "question_id"],
            ["answer.response_id", "answer.question_id"],
            name=op.f("fk_comment_reading_response_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["practitioner.id"], name=op.f("fk_comment_reading_corrected_by")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["practitioner.id"], name=op.f("fk_comment_reading_released_by")
        ),
        sa.PrimaryKeyConstraint("response_id", "question_id", name=op.f("pk_comment_reading")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Bring the database one revision back; what only the newer version knows is given up."""
    op.drop_table("comment_reading")
    op.execute("DELETE FROM session_change WHERE step IN ('register_closed', 'register_reopened')")
    op.execute("UPDATE booking_change SET change = 'cancelled' WHERE change = 'came_unbooked'")
    op.execute(
        "UPDATE booking SET status = 'cancelled', attendance = NULL, "
        "cancelled_at = booked_at WHERE status = 'unbooked'"
    )
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", CHANGES), "booking_change")
        table.drop_constraint(op.f("ck_booking_change_attendance"), type_="check")
        table.drop_column("attendance")
    with op.batch_alter_table("booking") as table:
        marked = "attendance IS NULL OR status = 'confirmed'"
        _replace(table, "attendance_of_confirmed", marked, "booking")
        _replace(table, "bookingstatus", _one_of("status", STATUSES), "booking")
    with op.batch_alter_table("session_change") as table:
        _replace(table, "sessionstep", _one_of("step", STEPS), "session_change")
    with op.batch_alter_table("course_session") as table:
        table.drop_column("register_closed_at")


def _replace(table: BatchOperations, name: str, condition: str, of: str) -> None:
    table.drop_constraint(op.f(f"ck_{of}_{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck_{of}_{name}"), condition)

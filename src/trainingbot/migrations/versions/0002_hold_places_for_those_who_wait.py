"""Hold places for those who wait."""

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATUSES = ("confirmed", "waitlisted", "cancelled", "session_cancelled")
CHANGES = (
    "booked",
    "waitlisted",
    "promoted",
    "cancelled",
    "session_cancelled",
    "attendance_marked",
)
KINDS = ("agency_to_confirm", "agency_confirmed", "agency_declined", "promoted")
NEW_STATUSES = ("confirmed", "waitlisted", "offered", "cancelled", "session_cancelled")
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
    "session_cancelled",
    "attendance_marked",
)
NEW_KINDS = (*KINDS, "offer", "offer_ended", "broadcast")
WAITS = "(status = 'waitlisted') = (queue_number IS NOT NULL)"
WAITS_OR_IS_OFFERED = "(status IN ('waitlisted', 'offered')) = (queue_number IS NOT NULL)"
IS_OFFERED = "(status = 'offered') = (offer_expires_at IS NOT NULL)"
OPEN_OFFERS = sa.text("status = 'offered'")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Bring the database one revision forward."""
    with op.batch_alter_table("booking") as table:
        table.add_column(sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column(
                "books_automatically", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        _replace(table, "bookingstatus", _one_of("status", NEW_STATUSES), "booking")
        _replace(table, "queue_number", WAITS_OR_IS_OFFERED, "booking")
        table.create_check_constraint(op.f("ck_booking_offer_expires_at"), IS_OFFERED)
        table.create_index(
            "ix_booking_open_offers",
            ["session_id", "offer_expires_at"],
            sqlite_where=OPEN_OFFERS,
            postgresql_where=OPEN_OFFERS,
        )
    with op.batch_alter_table("booking") as table:
        table.alter_column("books_automatically", server_default=None)
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", NEW_CHANGES), "booking_change")
    with op.batch_alter_table("notice") as table:
        _replace(table, "noticekind", _one_of("kind", NEW_KINDS), "notice")
    with op.batch_alter_table("course_session") as table:
        table.add_column(
            sa.Column("broadcast_count", sa.Integer(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("course_session") as table:
        table.alter_column("broadcast_count", server_default=None)


def downgrade() -> None:
    """Bring the database one revision back; offers and what was told of them are given up."""
    op.execute(
        "UPDATE booking SET status = 'waitlisted', offer_expires_at = NULL WHERE status = 'offered'"
    )
    op.execute("DELETE FROM notice WHERE kind IN ('offer', 'offer_ended', 'broadcast')")
    op.execute("UPDATE booking_change SET change = 'booked' WHERE change = 'offer_accepted'")
    op.execute(
        "UPDATE booking_change SET change = 'cancelled' "
        "WHERE change IN ('offer_declined', 'offer_expired')"
    )
    op.execute(
        "UPDATE booking_change SET change = 'waitlisted' "
        "WHERE change IN ('offered', 'offer_withdrawn')"
    )
    op.execute(
        "UPDATE course_session SET places_taken = (SELECT count(*) FROM booking "
        "WHERE booking.session_id = course_session.id AND booking.status = 'confirmed') "
        "WHERE status <> 'cancelled'"
    )
    with op.batch_alter_table("course_session") as table:
        table.drop_column("broadcast_count")
    with op.batch_alter_table("notice") as table:
        _replace(table, "noticekind", _one_of("kind", KINDS), "notice")
    with op.batch_alter_table("booking_change") as table:
        _replace(table, "change", _one_of("change", CHANGES), "booking_change")
    with op.batch_alter_table("booking") as table:
        table.drop_index("ix_booking_open_offers")
        table.drop_constraint(op.f("ck_booking_offer_expires_at"), type_="check")
        _replace(table, "queue_number", WAITS, "booking")
        _replace(table, "bookingstatus", _one_of("status", STATUSES), "booking")
        table.drop_column("books_automatically")
        table.drop_column("offer_expires_at")


def _replace(table: BatchOperations, name: str, condition: str, of: str) -> None:
    table.drop_constraint(op.f(f"ck_{of}_{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck_{of}_{name}"), condition)

"""Create the tables of the walking product."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database one revision forward."""
    op.create_table(
        "agency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("contributing", sa.Boolean(), nullable=False),
        sa.Column("email_domain", sa.String(), nullable=True),
        sa.Column("tenant_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
        sa.UniqueConstraint("email_domain", name=op.f("uq_agency_email_domain")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_agency_tenant_id")),
    )
    op.create_table(
        "briefing_views",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.CheckConstraint("views >= 0", name=op.f("ck_briefing_views_views")),
        sa.PrimaryKeyConstraint("title", "year", name=op.f("pk_briefing_views")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "course",
                "conference",
                "workshop",
                "practice_group",
                "bespoke",
                name="coursekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_course_capacity")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_course_level")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_course_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "before",
                "after",
                name="evaluationmoment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("moment", "version", name=op.f("uq_evaluation_moment_version")),
    )
    op.create_table(
        "course_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "teams",
                "in_person",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "delivered",
                "cancelled",
                name="sessionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("next_queue_number", sa.Integer(), nullable=False),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_course_session_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_course_session_ends_after_start")),
        sa.CheckConstraint(
            "next_queue_number >= 1", name=op.f("ck_course_session_next_queue_number")
        ),
        sa.CheckConstraint(
            "places_taken BETWEEN 0 AND capacity", name=op.f("ck_course_session_places_taken")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_session_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
        sa.UniqueConstraint("code", name=op.f("uq_course_session_code")),
    )
    with op.batch_alter_table("course_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_course_session_course_id"), ["course_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_course_session_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "practitioner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("agency_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_title", sa.String(), nullable=True),
        sa.Column("line_manager_email", sa.String(), nullable=True),
        sa.CheckConstraint(
            "agency_confirmed_at IS NULL OR agency_id IS NOT NULL",
            name=op.f("ck_practitioner_confirmed_agency"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_practitioner_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("email", name=op.f("uq_practitioner_email")),
    )
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioner_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rating",
                "agreement",
                "comment",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_question_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("evaluation_id", "key", name=op.f("uq_question_evaluation_id_key")),
        sa.UniqueConstraint(
            "evaluation_id", "position", name=op.f("uq_question_evaluation_id_position")
        ),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "confirmed",
                "waitlisted",
                "cancelled",
                "session_cancelled",
                name="bookingstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attendance",
            sa.Enum(
                "attended",
                "partly_attended",
                "excused",
                "no_show",
                name="attendance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (status <> 'cancelled')", name=op.f("ck_booking_cancelled_at")
        ),
        sa.CheckConstraint(
            "(status = 'waitlisted') = (queue_number IS NOT NULL)",
            name=op.f("ck_booking_queue_number"),
        ),
        sa.CheckConstraint(
            "attendance IS NULL OR status = 'confirmed'",
            name=op.f("ck_booking_attendance_of_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_booking_practitioner_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["course_session.id"], name=op.f("fk_booking_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint(
            "session_id", "practitioner_id", name=op.f("uq_booking_session_id_practitioner_id")
        ),
        sa.UniqueConstraint(
            "session_id", "queue_number", name=op.f("uq_booking_session_id_queue_number")
        ),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_booking_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "evaluation_response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("respondent_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_evaluation_response_evaluation_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["course_session.id"], name=op.f("fk_evaluation_response_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_response")),
        sa.UniqueConstraint(
            "session_id",
            "evaluation_id",
            "respondent_hash",
            name=op.f("uq_evaluation_response_session_id_evaluation_id_respondent_hash"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evaluation_response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_response_evaluation_id"), ["evaluation_id"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "agency_to_confirm",
                "agency_confirmed",
                "agency_declined",
                "promoted",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "owed",
                "sent",
                "expired",
                "withdrawn",
                "undeliverable",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_notice_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "kind",
            "practitioner_id",
            "about_id",
            "occurrence",
            name=op.f("uq_notice_kind_practitioner_id_about_id_occurrence"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_owed",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'owed'"),
            postgresql_where=sa.text("state = 'owed'"),
        )
        batch_op.create_index(
            batch_op.f("ix_notice_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "practitioner_role",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "trainer",
                "coordinator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_practitioner_role_practitioner_id"),
        ),
        sa.PrimaryKeyConstraint("practitioner_id", "role", name=op.f("pk_practitioner_role")),
    )
    op.create_table(
        "session_trainer",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_session_trainer_practitioner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["course_session.id"], name=op.f("fk_session_trainer_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "practitioner_id", name=op.f("pk_session_trainer")),
    )
    op.create_table(
        "teams_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("teams_user_id", sa.String(), nullable=False),
        sa.Column("bot_id", sa.String(), nullable=False),
        sa.Column("installed", sa.Boolean(), nullable=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_teams_account_practitioner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams_account")),
        sa.UniqueConstraint(
            "tenant_id", "object_id", name=op.f("uq_teams_account_tenant_id_object_id")
        ),
    )
    with op.batch_alter_table("teams_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_teams_account_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "answer",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(rating IS NULL) <> (words IS NULL)", name=op.f("ck_answer_rating_or_words")
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_answer_rating")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["evaluation_response.id"], name=op.f("fk_answer_response_id")
        ),
        sa.PrimaryKeyConstraint("response_id", "question_id", name=op.f("pk_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_question_id"), ["question_id"], unique=False)

    op.create_table(
        "booking_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "booked",
                "waitlisted",
                "promoted",
                "cancelled",
                "session_cancelled",
                "attendance_marked",
                name="change",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["practitioner.id"], name=op.f("fk_booking_change_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_change_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_change")),
        sa.UniqueConstraint(
            "booking_id", "position", name=op.f("uq_booking_change_booking_id_position")
        ),
    )
    with op.batch_alter_table("booking_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_change_actor_id"), ["actor_id"], unique=False)


def downgrade() -> None:
    """Bring the database one revision back."""
    with op.batch_alter_table("booking_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_change_actor_id"))

    op.drop_table("booking_change")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_question_id"))

    op.drop_table("answer")
    with op.batch_alter_table("teams_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teams_account_practitioner_id"))

    op.drop_table("teams_account")
    op.drop_table("session_trainer")
    op.drop_table("practitioner_role")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_practitioner_id"))
        batch_op.drop_index(
            "ix_notice_owed",
            sqlite_where=sa.text("state = 'owed'"),
            postgresql_where=sa.text("state = 'owed'"),
        )

    op.drop_table("notice")
    with op.batch_alter_table("evaluation_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_response_evaluation_id"))

    op.drop_table("evaluation_response")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_practitioner_id"))

    op.drop_table("booking")
    op.drop_table("question")
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioner_agency_id"))

    op.drop_table("practitioner")
    with op.batch_alter_table("course_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_session_starts_at"))
        batch_op.drop_index(batch_op.f("ix_course_session_course_id"))

    op.drop_table("course_session")
    op.drop_table("evaluation")
    op.drop_table("course")
    op.drop_table("briefing_views")
    op.drop_table("agency")

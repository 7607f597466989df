"""Charges as coordinators see them: those that are open, and the question before one is waived."""

from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Container, TextInput

from bot import phrases
from bot.cards.pieces import (
    Button,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    subheading,
    subtle,
)
from bot.payloads import ChargeChoice, ChargesPage, WaivingCharge
from bot.turns import Reply
from trainingbot.bookings.views import ChargePage, ChargeRow
from trainingbot.enums import ChargeKind, ChargeState
from trainingbot.policies import Policy

ROWS = 5
MOST_WORDS = 300
"""How many letters the reason of a waived charge has."""
KINDS = {
    ChargeKind.LATE_CANCELLATION: "late cancellation",
    ChargeKind.NO_SHOW: "no-show",
}
SWITCHED_OFF = "The terms ask for no charges at the moment, so no new ones are raised."


def charge_list(page: ChargePage, view: ChargesPage, *, policy: Policy, zone: ZoneInfo) -> Reply:
    """List the charges that are neither waived nor settled, the oldest first."""
    off = not policy.late_charge and not policy.no_show_charge
    if not page.rows:
        return card(
            heading("Charges"),
            line("No charge is open."),
            *([line(SWITCHED_OFF)] if off else []),
            actions=[button("Help", "help")],
            summary=f"No charge is open.{f' {SWITCHED_OFF}' if off else ''}",
        )
    pages = -(-page.total // ROWS)
    shown = f", page {view.page} of {pages}" if pages > 1 else ""
    return card(
        heading("Charges"),
        subtle(f"{phrases.counted(page.total, 'open charge')}{shown}, the oldest first"),
        *([line(SWITCHED_OFF)] if off else []),
        *(_charge_row(row, zone) for row in page.rows),
        actions=_paging(view, pages),
        summary=f"Charges: {phrases.counted(page.total, 'open charge')}",
    )


def _paging(view: ChargesPage, pages: int) -> list[Button]:
    actions: list[Button] = []
    if view.page < pages:
        actions.append(button("More", "charges", ChargesPage(page=view.page + 1)))
    if view.page > 1:
        actions.append(button("Back", "charges", ChargesPage(page=view.page - 1)))
    return [*actions, button("Refresh", "charges", view)]


def _charge_row(row: ChargeRow, zone: ZoneInfo) -> Container:
    choice = ChargeChoice(charge_id=row.charge.id)
    return Container(
        items=[
            subheading(
                f"{phrases.plain(row.practitioner.name)}: {phrases.pounds(row.charge.pence)}"
            ),
            *_details(row, zone),
            buttons(
                button("Waive", "ask_to_waive_charge", choice),
                button("Settled", "settle_charge", choice),
            ),
        ],
        separator=True,
        spacing="Medium",
    )


def _details(row: ChargeRow, zone: ZoneInfo) -> list[object]:
    agency = phrases.plain(row.agency.name) if row.agency else "Agency not known"
    return [
        line(f"{phrases.plain(row.course.title)}, {phrases.day(row.session.starts_at, zone)}"),
        subtle(f"{agency}. {_what_for(row, zone)}"),
    ]


def _what_for(row: ChargeRow, zone: ZoneInfo) -> str:
    when = phrases.day_and_time(row.charge.raised_at, zone)
    kind = KINDS[row.charge.kind]
    said = phrases.LATE_REASONS[row.change.late_reason] if row.change.late_reason else ""
    words = f", “{phrases.plain(row.change.reason)}”" if said and row.change.reason else ""
    return f"{kind[0].upper()}{kind[1:]} on {when}. {said}{words}".rstrip(". ") + "."


def waive_question(row: ChargeRow, typed: str = "", *, missing: str = "", zone: ZoneInfo) -> Reply:
    """Ask why a charge is waived; `missing` says what is wrong with what was `typed`."""
    name, amount = phrases.plain(row.practitioner.name), phrases.pounds(row.charge.pence)
    choice = WaivingCharge(charge_id=row.charge.id)
    return card(
        heading(f"Waive {amount} for {name}?"),
        *_details(row, zone),
        *([message(missing)] if missing else []),
        TextInput(
            id="reason",
            label="Why is it waived? The person can read it.",
            is_required=True,
            error_message="Say why in a few words.",
            value=typed,
            max_length=MOST_WORDS,
            is_multiline=True,
        ),
        actions=[
            button("Charges", "charges"),
            button("Waive", "waive_charge", choice, style="positive", with_inputs=True),
        ],
        summary=f"Waive {amount} for {name}?",
    )


def charge_finished(row: ChargeRow, *, zone: ZoneInfo) -> Reply:
    """Say to a coordinator that a charge is waived, or settled."""
    name, amount = phrases.plain(row.practitioner.name), phrases.pounds(row.charge.pence)
    done = "waived" if row.charge.state == ChargeState.WAIVED else "settled"
    said = [f"The charge of {amount} is {done}."]
    if row.charge.reason:
        said.append(f"Reason: {phrases.plain(row.charge.reason)}")
    return card(
        heading(name),
        *_details(row, zone),
        message(*said),
        actions=[button("Charges", "charges")],
        summary=f"{name}: the charge of {amount} is {done}.",
    )

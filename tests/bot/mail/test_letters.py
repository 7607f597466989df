from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries import DeliveryRefused
from bot.mail.letters import LONGEST_SUBJECT, STYLES, Letter, letter_of, message_of, one_line
from bot.phrases import plain
from bot.turns import Reply
from bot.web.card_html import CardAction, card_html, elements_of
from bot.web.markdown import parts_of
from tests.bot.cards.gallery import cards
from tests.bot.mail.letters import CARD, NOTICE, SETTINGS, letter, page_url
from tests.moments import NOW
from tests.pages import page_of

CARDS = cards()


@pytest.fixture(params=CARDS, ids=lambda name: name.replace(" ", "-"))
def reply(request: pytest.FixtureRequest) -> Reply:
    return CARDS[request.param]


def read_back(written: Letter) -> EmailMessage:
    read = message_from_bytes(bytes(message_of(written)), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read.defects == []
    return read


def said(*, title: str, summary: str) -> Reply:
    body = [{"type": "TextBlock", "text": plain(title), "style": "heading"}]
    return Reply({"type": "AdaptiveCard", "body": body}, summary)


def halves(read: EmailMessage) -> tuple[str, str]:
    text, html = read.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    return text.get_content(), html.get_content()


def test_the_headers_say_from_whom_to_whom_and_that_nobody_typed_it() -> None:
    read = read_back(letter(name="Okafor, Amina"))

    heads = {name: str(value) for name, value in read.items() if name != "Content-Type"}
    assert heads == {
        "From": "Fenland Safeguarding Partnership <no-reply@fenland.example>",
        "To": '"Okafor, Amina" <amina@trust.example>',
        "Reply-To": "Fenland Safeguarding Partnership <training@fenland.example>",
        "Subject": "Neglect, Tue 14 Jan 2025",
        "Date": "Tue, 07 Jan 2025 10:00:00 +0000",
        "Message-ID": f"<notice-{NOTICE.hex}@fenland.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": "en-GB",
        "MIME-Version": "1.0",
    }
    assert read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


def test_a_letter_that_is_written_again_has_the_same_id_and_another_notice_has_another() -> None:
    ids = [letter(notice_id=UUID(int=number)).message_id for number in (3, 3, 4)]

    assert ids[0] == ids[1] != ids[2]


def test_answers_come_back_to_the_sender_where_there_is_no_address_of_the_team() -> None:
    alone = SETTINGS.model_copy(update={"contact_email": "the office"})

    read = read_back(letter(settings=alone))

    assert read["Reply-To"] is None


@pytest.mark.parametrize(
    "typed",
    [
        "Neglect\r\nBcc: everybody@elsewhere.example",
        "Neglect\nContent-Type: text/html\n\n<script>alert(1)</script>",
        "Neglect\u2028Bcc: everybody@elsewhere.example",
        "Neglect\x00\x0b\x0c\x85 Bcc: everybody@elsewhere.example",
    ],
)
def test_nothing_typed_becomes_a_header(typed: str) -> None:
    harmless = read_back(letter())

    read = read_back(letter(said(title=typed, summary=typed), name=typed))

    assert read.keys() == harmless.keys()
    assert len(str(read["Subject"]).splitlines()) == 1
    assert len(read["To"].addresses) == 1


@given(typed=st.text(max_size=300))
def test_whatever_is_typed_a_letter_can_be_sent_and_read(typed: str) -> None:
    written = letter(said(title=typed, summary=typed or "-"), name=typed)

    read = read_back(written)

    text, html = halves(read)
    assert read["To"].addresses[0].addr_spec == "amina@trust.example"
    assert text.splitlines() == written.text.splitlines()
    assert page_of(html).all("script") == []
    assert max(map(len, bytes(message_of(written)).splitlines())) <= 998


def test_names_and_subjects_in_any_letters_arrive_as_they_were_written() -> None:
    subject = "Zoë’s “Trauma” session: Łódź 安全, Tue 14 Jan 2025"

    read = read_back(letter(said(title="T", summary=subject), name="Zoë Ångström-Nowak"))

    assert (read["Subject"], read["To"].addresses[0].display_name) == (
        subject,
        "Zoë Ångström-Nowak",
    )


def test_a_long_subject_is_cut() -> None:
    subject = letter(said(title="T", summary="Safeguarding " * 40)).subject

    assert len(subject) == LONGEST_SUBJECT
    assert subject.endswith("Safeguarding Saf…")


def test_what_turns_writing_around_is_left_out_of_headers() -> None:
    assert one_line("  Neglect\u202e gpj.exe\u200b\t level 2 ") == "Neglect gpj.exe level 2"


@pytest.mark.parametrize(
    "to", ["", "amina", "a@b@c", "amina@trust.example\nBcc: x@y.example", "a b@c.example"]
)
def test_there_is_no_letter_to_what_is_no_address(to: str) -> None:
    with pytest.raises(DeliveryRefused):
        message_of(letter(to=to))


def test_every_card_is_a_letter_with_every_text_in_both_halves(reply: Reply) -> None:
    text, html = halves(read_back(letter(reply)))

    page = page_of(html)
    as_text = " ".join(text.split())
    missing = [
        line
        for block in elements_of(reply.card)
        if block["type"] == "TextBlock"
        for part in parts_of(block["text"])
        for runs in part.lines
        if (line := " ".join("".join(run.text for run in runs).split())) not in as_text
        or line not in page.text
    ]
    assert missing == []


def test_every_action_of_a_card_is_a_link_in_both_halves(reply: Reply) -> None:
    text, html = halves(read_back(letter(reply)))

    wanted = [
        (one["title"], one["url"] if "url" in one else page_url(CardAction("", one["verb"])))
        for one in elements_of(reply.card)
        if one["type"] in {"Action.Execute", "Action.OpenUrl"}
    ]
    links = [(tag.text, tag.attributes["href"]) for tag in page_of(html).all("a")]
    lines = text.splitlines()
    written = [
        (" ".join(before.split()).removesuffix(":"), line.strip())
        for before, line in pairwise(lines)
        if line.startswith("  http")
    ]
    assert links == wanted
    assert written == wanted


def test_a_letter_has_no_forms_and_fetches_nothing(reply: Reply) -> None:
    page = page_of(letter(reply).html)

    assert (
        page.all("form", "input", "select", "textarea", "button", "script", "img", "link", "style")
        == []
    )
    assert [tag for tag in page.all() if "src" in tag.attributes or "class" in tag.attributes] == []


def test_the_text_is_at_most_78_wide_but_for_links(reply: Reply) -> None:
    lines = [line for line in letter(reply).text.splitlines() if not line.startswith("  http")]

    assert [line for line in lines if len(line) > 78 and " " in line] == []


def test_nothing_is_left_of_the_signs_of_markdown(reply: Reply) -> None:
    text = letter(reply).text

    assert [sign for sign in ("**", "\\") if sign in text] == []


def test_a_letter_says_why_it_came_whom_to_ask_and_that_its_links_are_personal() -> None:
    text = " ".join(letter().text.split())

    assert text.endswith(
        "-- You get this e-mail because it is about your training with Fenland Safeguarding "
        "Partnership. Its links are yours alone: whoever opens them may see and change your "
        "bookings, so please do not forward it. They work for 30 days. "
        "Questions? Ask training@fenland.example."
    )


def test_both_halves_greet_the_person() -> None:
    text, html = halves(read_back(letter(name="Okafor, Amina")))

    assert text.splitlines()[0] == "Hello Amina,"
    assert page_of(html).all("p")[0].text == "Hello Amina,"


def test_an_action_that_has_no_page_is_left_out_and_the_letter_says_so() -> None:
    def nowhere(action: CardAction) -> None:
        assert action.verb == "say_coming"

    written = letter_of(
        CARD,
        notice_id=NOTICE,
        to="amina@trust.example",
        name="Amina",
        settings=SETTINGS,
        action_url=nowhere,
        written_at=NOW,
    )

    sentence = "The rest of what can be done about this is done in Microsoft Teams."
    assert page_of(written.html).all("a") == []
    assert "I’m coming" not in written.html + written.text
    assert sentence in written.text
    assert sentence in page_of(written.html).text
    assert sentence not in letter().text


def test_every_part_that_can_be_drawn_has_a_look_or_none_on_purpose(reply: Reply) -> None:
    seen: set[str] = set()

    def noticed(part: str) -> Any:  # noqa: ANN401 - markup, which has no part in this
        seen.add(part)
        return ""

    card_html(reply.card, action=lambda _: noticed("next"), look=noticed, inputs=False)

    assert seen - STYLES.keys() <= {"columns", "wide"}

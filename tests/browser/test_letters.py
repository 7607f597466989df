"""Every notice as a letter, in a real browser, on a phone and on a desk."""

import pytest
from playwright.async_api import Browser

from tests.bot.cards.gallery import cards
from tests.bot.mail.letters import letter

CARDS = cards()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800])
async def test_every_letter_fits_and_reaches_nowhere(
    browser: Browser, width: int, scheme: str
) -> None:
    asked: list[str] = []
    page = await browser.new_page(
        viewport={"width": width, "height": 640},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
    )
    page.on("request", lambda request: asked.append(request.url))

    too_wide = []
    for name, reply in CARDS.items():
        await page.set_content(letter(reply).html)
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(name)
    await page.close()

    assert (too_wide, asked) == ([], [])


@pytest.mark.browser
async def test_what_can_be_pressed_is_large_enough_for_a_thumb(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    await page.set_content(letter(CARDS["early reminder"]).html)

    links = [await link.bounding_box() for link in await page.get_by_role("link").all()]
    titles = await page.get_by_role("link").all_inner_texts()
    await page.close()

    assert titles == ["I’m coming", "I can’t come", "Send a colleague"]
    assert [box["height"] >= 44 for box in links if box] == [True, True, True]

"""One person's chat with the bot, in a real browser, through the Agents Playground."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page, Route, ViewportSize

from bot.demo.node import CACHE
from bot.demo.playground import Playground
from bot.demo.processes import LOOPBACK

SCREENSHOTS = CACHE / "screenshots"
"""Where pictures of cards are kept; git ignores it, CI may keep it."""

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
TALL: ViewportSize = {"width": 1280, "height": 3000}
"""For pictures of cards that are longer than a screen, which the chat would cut off."""
PIXEL_RATIO = 2
PHONE = 320
"""The width in pixels that a card has on a small phone."""

_FONTS = Path("/usr/share/fonts/truetype/open-sans")
_STAND_INS = {
    "segoeui-regular.woff2": _FONTS / "OpenSans-Regular.ttf",
    "segoeui-semibold.woff2": _FONTS / "OpenSans-Semibold.ttf",
    "segoeui-bold.woff2": _FONTS / "OpenSans-Bold.ttf",
}
"""Debian's Open Sans runs as wide as the font of Teams, which the page asks a CDN for."""

_STILL = """() => new Promise(done => {
  let timer = setTimeout(done, 250);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 250); })
    .observe(document.body, {subtree: true, childList: true, characterData: true});
})"""
"""Resolves when nothing on the page has changed for a quarter of a second."""

_NARROW = "(card, width) => { card.style.width = width; card.style.minWidth = '0'; }"

_CUT_OFF = """card => {
  const edge = card.getBoundingClientRect().right + 1;
  return [...card.querySelectorAll('*')]
    .filter(part => part.children.length === 0 && part.textContent.trim())
    .filter(part => part.getBoundingClientRect().right > edge
      || (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow !== 'visible'))
    .map(part => part.textContent.trim());
}"""


class Chat:
    """What a person can do in their chat and what they see there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, playground: Playground) -> Self:
        """Open the chat; the Playground tells the bot that the app was installed."""
        page = await browser.new_page(viewport=DESKTOP, device_scale_factor=PIXEL_RATIO)
        await page.route("**/*", _stay_on_this_machine)
        await page.goto(playground.url)
        chat = cls(page)
        await chat._compose_box.wait_for()
        await chat.settle()
        return chat

    async def say(self, text: str) -> None:
        """Type a message, send it and wait for the bot's next card."""
        cards = await self.cards.count()
        await self._compose_box.click()
        await self._compose_box.fill(text)
        await self.page.keyboard.press("Enter")
        await self.cards.nth(cards).wait_for()
        await self.settle()

    async def press(self, name: str) -> None:
        """Press the newest button of that name and wait until the bot has answered."""
        async with self.page.expect_response(_is_answer_to_a_button):
            await self._button(name).click()
        await self.settle()

    async def unfold(self, name: str) -> None:
        """Press the newest button of that name that only shows or hides a part of its card."""
        await self._button(name).click()
        await self.settle()

    async def fill(self, label: str, text: str) -> None:
        """Type into the field with that label in the newest card that has one."""
        await self.page.get_by_label(label).last.fill(text)

    async def choose(self, label: str, option: str) -> None:
        """Choose from the list with that label in the newest card that has one."""
        await self.page.get_by_role("combobox", name=label).last.click()
        await self.page.get_by_role("option", name=option, exact=True).click()

    async def wait_for(self, text: str) -> None:
        """Wait until the newest card shows `text`."""
        await self.last_card.get_by_text(text).first.wait_for()

    async def last_card_text(self) -> str:
        """Return what the newest card says, its parts separated by line ends."""
        lines = (await self.last_card.inner_text()).splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    async def buttons(self) -> list[str]:
        """Return the names of the newest card's visible buttons, from first to last."""
        names = await self.last_card.get_by_role("button").all_inner_texts()
        return [name.strip() for name in names]

    async def screenshot(self, name: str, *, width: int | None = None) -> Path:
        """Keep a picture of the newest card, as on a desktop or `width` pixels wide."""
        card, file = self.last_card, SCREENSHOTS / f"{name}{f'-{width}' if width else ''}.png"
        await self.page.set_viewport_size(TALL)
        await self._set_width(card, width)
        await self.settle()
        await card.screenshot(path=file)
        await self._set_width(card, None)
        await self.page.set_viewport_size(DESKTOP)
        return file

    async def picture(self, name: str) -> Path:
        """Keep a picture of the whole chat, without the Playground's log."""
        close = self.page.locator("div:has(> span:text-is('Log Panel')) button").last
        if await close.is_visible():
            await close.click()
        file = SCREENSHOTS / f"{name}.png"
        await self.settle()
        await self.page.screenshot(path=file)
        return file

    async def cut_off(self, *, width: int = PHONE) -> list[str]:
        """Return the texts of the newest card that do not fit when it is `width` pixels wide."""
        card = self.last_card
        await self._set_width(card, width)
        texts: list[str] = await card.evaluate(_CUT_OFF)
        await self._set_width(card, None)
        return texts

    async def settle(self) -> None:
        """Wait until the page has stopped changing."""
        await self.page.evaluate(_STILL)

    @property
    def cards(self) -> Locator:
        """Every card in the chat, oldest first."""
        return self.page.locator(".ac-adaptiveCard")

    @property
    def last_card(self) -> Locator:
        """The newest card."""
        return self.cards.last

    @property
    def _compose_box(self) -> Locator:
        # The Playground's log is editable too, but no text box.
        return self.page.locator("[role=textbox][contenteditable=true]")

    def _button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).last

    async def _set_width(self, card: Locator, width: int | None) -> None:
        await card.evaluate(_NARROW, f"{width}px" if width else "")


def _is_answer_to_a_button(response: object) -> bool:
    path = urlsplit(str(getattr(response, "url", ""))).path
    return path in {"/_conversation/v1/invoke", "/_conversation/v1/submit"}


async def _stay_on_this_machine(route: Route) -> None:
    """Keep the page from asking a CDN for fonts: no test reaches the network."""
    address = urlsplit(route.request.url)
    font = _STAND_INS.get(address.path.rpartition("/")[2])
    if address.hostname == LOOPBACK:
        await route.continue_()
    elif font and font.is_file():
        await route.fulfill(path=font, headers={"Access-Control-Allow-Origin": "*"})
    else:
        await route.abort()

"""Somebody without Teams at a personal page: opens links, reads, fills in and presses buttons."""

import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy

from tests.pages import Tag, page_of

FIELDS = ("input", "select", "textarea")


class Visitor:
    """One person at one browser, without JavaScript; it keeps cookies as browsers do."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client
        self.cookies: dict[str, str] = {}
        self.status = 0
        self.headers: CIMultiDictProxy[str] | None = None
        self.html = ""
        self.page = Tag("", {})

    async def opens(self, url: str, **headers: str) -> None:
        """Open a link, wherever it is said to lead."""
        path = "/" + url.partition("://")[2].partition("/")[2] if "://" in url else url
        await self._read(await self._client.get(path, headers=self._headers(headers)))

    async def presses(self, title: str, **inputs: str) -> None:
        """Press a button of the page as a browser would, with what stands in its form."""
        button = self._button(title)
        form = self._form_of(button)
        sent = {**_filled_in(self.page, form), **inputs}
        if button.attributes.get("name"):
            sent[button.attributes["name"]] = button.attributes["value"]
        await self.sends(form.attributes["action"], sent)

    async def asks(self, path: str, verb: str, data: Mapping[str, Any]) -> None:
        """Send a verb as somebody could who writes their own forms."""
        await self.sends(path, {"press": json.dumps({"verb": verb, "data": dict(data)})})

    async def sends(self, path: str, fields: Mapping[str, str], **headers: str) -> None:
        """Send a form to a path."""
        await self._read(
            await self._client.post(path, data=dict(fields), headers=self._headers(headers))
        )

    @property
    def title(self) -> str:
        """The heading of the page."""
        [heading] = self.page.all("h1")
        return heading.text

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.text

    @property
    def buttons(self) -> list[str]:
        """The titles of its buttons, from first to last."""
        return [button.text for button in self.page.all("button")]

    def _button(self, title: str) -> Tag:
        found = [button for button in self.page.all("button") if button.text == title]
        assert found, f"There is no button {title} among {self.buttons}"
        return found[0]

    def _form_of(self, button: Tag) -> Tag:
        """Return the form of a button: the one it names, or the one in which it stands."""
        named = button.attributes.get("form")
        [form] = [
            form
            for form in self.page.all("form")
            if (form.attributes.get("id") == named if named else button in form.all("button"))
        ]
        return form

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**({"Cookie": held} if held else {}), **more}

    async def _read(self, response: ClientResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.html = await response.text()
        self.page = page_of(self.html.partition("<!doctype html>")[2])
        for line in response.headers.getall("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        # The client has a jar of its own, which all visitors would share.
        self._client.session.cookie_jar.clear()


def _filled_in(page: Tag, form: Tag) -> dict[str, str]:
    inside = form.all(*FIELDS)
    named = [
        field
        for field in page.all(*FIELDS)
        if field in inside or field.attributes.get("form") == (form.attributes.get("id") or "-")
    ]
    filled = {field.attributes["name"]: _value(field) for field in named if _is_sent(field)}
    return {name: value for name, value in filled.items() if name}


def _is_sent(field: Tag) -> bool:
    box = field.attributes.get("type") in {"checkbox", "radio"}
    return "name" in field.attributes and (not box or "checked" in field.attributes)


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return "".join(field.texts()).removeprefix("\n")
    if field.name == "select":
        chosen = [one for one in field.all("option") if "selected" in one.attributes]
        return (chosen or field.all("option"))[0].attributes["value"]
    return field.attributes.get("value", "")

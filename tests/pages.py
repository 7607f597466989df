"""Reads HTML as a browser would, as far as tests ask: what it says, its fields and its links."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Tag:
    """An element of a page."""

    name: str
    attributes: dict[str, str]
    children: "list[Tag | str]" = field(default_factory=list)

    def all(self, *names: str) -> "list[Tag]":
        """Return every element in it with one of these names, or every one, in reading order."""
        return [tag for tag in self.tags() if not names or tag.name in names]

    @property
    def text(self) -> str:
        """What is read of it, with single spaces."""
        return " ".join("".join(self.texts()).split())

    def tags(self) -> "Iterator[Tag]":
        """Yield every element in it, in reading order."""
        for child in self.children:
            if isinstance(child, Tag):
                yield child
                yield from child.tags()

    def texts(self) -> Iterator[str]:
        """Yield the pieces of text in it; a break of a line is a space."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.name not in {"style", "title"}:
                yield " " if child.name == "br" else ""
                yield from child.texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Tag("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names}"
        made = Tag(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> ends <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page_of(html: str) -> Tag:
    """Read HTML; every element has to be closed, in the right order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].name}> is never closed"
    return reader.open[0]

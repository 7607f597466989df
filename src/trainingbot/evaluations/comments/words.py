"""The word lists, as they stand in the files beside this one."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

FOLDER = files("trainingbot.evaluations.comments") / "words"


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of a word list that stand there for one reason."""

    reason: str
    phrases: tuple[str, ...]
    said: dict[str, Any]
    """What else the list says of them, by name."""


def groups_of(name: str) -> Iterator[Group]:
    """Yield the groups of a word list, in their order."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    for group in content["group"]:
        said = {key: value for key, value in group.items() if key not in {"reason", "phrases"}}
        yield Group(group["reason"], tuple(group["phrases"]), said)


def classes_of(name: str) -> dict[str, str]:
    """Return the classes of words that the phrases of a word list name."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    classes: dict[str, str] = content["classes"]
    return classes

"""What the house asks of every file and no other tool looks at."""

import ast
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PRODUCT = (PROJECT / "bot", PROJECT / "src")
TESTS = PROJECT / "tests"

LONGEST_FUNCTION = 60
LONGEST_FILE = 350
"""The house says not much over 40 and 300 lines; these are where "much" begins."""

MIGRATIONS = PROJECT / "src/trainingbot/migrations/versions"
"""A migration is a record of what was done to a database and is not written to be changed."""

CLOCK = PROJECT / "src/trainingbot/clock.py"
DATABASE = PROJECT / "src/trainingbot/db.py"
TEAMS = PROJECT / "bot/teams"

NOT_OURS = {"__pycache__", "dist", "build"}
OURS_THOUGH_HIDDEN = {".ci", ".gitignore", ".npmrc", ".pre-commit-config.yaml"}


def python_files(*folders: Path) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def is_ours(name: str) -> bool:
    return name in OURS_THOUGH_HIDDEN or not (name.startswith(".") or name in NOT_OURS)


def texts(folder: Path = PROJECT) -> Iterator[tuple[Path, str]]:
    """Yield every text of the project, without what tools and tests leave in it."""
    for entry in sorted(folder.iterdir()):
        if not is_ours(entry.name):
            continue
        if entry.is_dir():
            yield from texts(entry)
            continue
        with suppress(UnicodeDecodeError):
            yield entry.relative_to(PROJECT), entry.read_text("utf-8")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), filename=str(file))


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(PROJECT)}:{getattr(node, 'lineno', 1)}"


def imported_modules(file: Path) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def importers_of(*packages: str, files: list[Path]) -> set[str]:
    return {
        place(file, node)
        for file in files
        for node, module in imported_modules(file)
        if module.partition(".")[0] in packages or module in packages
    }


def calls(file: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_a_transaction_is_committed_in_one_place() -> None:
    files = [file for file in python_files(*PRODUCT) if file != DATABASE]

    commits = {
        place(file, call)
        for file in files
        for call, name in calls(file)
        if name.rpartition(".")[2] == "commit"
    }

    assert commits == set()


def test_the_clock_is_read_in_one_place() -> None:
    reads = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?)$")
    files = [
        file
        for file in python_files(*PRODUCT, TESTS)
        if file != CLOCK and not file.is_relative_to(TESTS / "benchmarks")
    ]

    found = {
        place(file, call) for file in files for call, name in calls(file) if reads.search(name)
    }

    assert found == set()


def test_only_one_folder_knows_botbuilder() -> None:
    files = [file for file in python_files(*PRODUCT) if not file.is_relative_to(TEAMS)]

    assert importers_of("botbuilder", "botframework", "msrest", files=files) == set()


def test_the_sentiment_library_is_used_in_one_module() -> None:
    importers = importers_of("textblob", "nltk", files=python_files(*PRODUCT))

    assert {place.partition(":")[0] for place in importers} == {
        "src/trainingbot/evaluations/comments/analyzer.py"
    }


def test_tests_use_fakes_and_neither_mocks_nor_patches() -> None:
    files = python_files(TESTS)
    patching_fixtures = {"monkeypatch", "mocker"}

    imports = importers_of("unittest.mock", "mock", "pytest_mock", "freezegun", files=files)
    arguments = {
        place(file, node)
        for file in files
        for node in ast.walk(tree(file))
        if isinstance(node, ast.arg) and node.arg in patching_fixtures
    }

    assert imports | arguments == set()


def test_no_function_is_long() -> None:
    functions = (
        (file, node)
        for file in python_files(*PRODUCT)
        if not file.is_relative_to(MIGRATIONS)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

    long = {
        f"{place(file, node)} {node.name}"
        for file, node in functions
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }

    assert long == set()


def test_no_file_is_long() -> None:
    files = [file for file in python_files(*PRODUCT) if not file.is_relative_to(MIGRATIONS)]

    lengths = {
        str(file.relative_to(PROJECT)): len(file.read_text("utf-8").splitlines()) for file in files
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_folder_says_in_one_sentence_what_it_is() -> None:
    folders = {file.parent for file in python_files(*PRODUCT)}

    silent = set()
    for folder in folders - {PROJECT / "src"}:
        file = folder / "__init__.py"
        sentence = ast.get_docstring(tree(file)) if file.is_file() else None
        first_line = (sentence or "").partition("\n")[0]
        if not first_line.endswith("."):
            silent.add(str(folder.relative_to(PROJECT)))

    assert silent == set()


def test_no_class_is_named_after_a_vague_role() -> None:
    vague = re.compile(r"(Helper|Helpers|Manager|Util|Utils|Data|Info)$")

    found = {
        f"{place(file, node)} {node.name}"
        for file in python_files(*PRODUCT)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ClassDef) and vague.search(node.name)
    }

    assert found == set()


def test_no_file_names_a_path_of_one_machine() -> None:
    of_one_machine = re.compile(r"(?:^|[\"'\s(=`])/(?:work|root|home|Users|tmp/bash_jobs)/")

    found = {
        f"{file}: {match[0].strip()}"
        for file, text in texts()
        for match in of_one_machine.finditer(text)
    }

    assert found == set()


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # Spelt so that this file does not find itself.
    host = re.compile(r"p[y]pi|[p]ythonhosted|npm[j]s", re.IGNORECASE)

    found = {str(file) for file, text in texts() if host.search(text)}

    assert found == set()


def test_every_exception_to_a_check_has_its_reason() -> None:
    exception = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b.*")
    with_reason = re.compile(
        r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])\s*(?:-|#)\s*\w+"
    )

    bare = {
        f"{file.relative_to(PROJECT)}:{number}"
        for file in python_files(*PRODUCT, TESTS)
        if file != Path(__file__)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if (found := exception.search(line)) and not with_reason.search(found[0])
    }

    assert bare == set()


def lines_of_lists(text: str) -> Iterator[str]:
    """Yield every line of pyproject.toml that is one quoted item, or a table's list of some."""
    item = re.compile(r'^\s*"[^"]+",|^"[^"]+" = \["')
    yield from (line for line in text.splitlines() if item.search(line))


def section(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def test_every_ruff_exception_has_its_reason() -> None:
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    ruff = section(text, "\nignore = [", "\n[tool.")
    ruff += section(text, "[tool.ruff.lint.per-file-ignores]", "\n[tool.")

    assert [line for line in lines_of_lists(ruff) if "#" not in line] == []


def test_every_dependency_has_its_reason() -> None:
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    named = section(text, "\ndependencies = [", "\n]\n")
    named += section(text, "[dependency-groups]", "\n[tool.")
    declared = tomllib.loads(text)
    groups = declared["dependency-groups"].values()
    names = declared["project"]["dependencies"] + [
        entry for group in groups for entry in group if isinstance(entry, str)
    ]

    lines = list(lines_of_lists(named))

    assert len(lines) == len(names)
    assert [line for line in lines if "#" not in line] == []


def test_every_dependency_is_locked() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    locked = (PROJECT / "requirements/service.txt").read_text("utf-8")
    name = re.compile(r"^[A-Za-z0-9_.-]+")

    names = [
        found[0] for line in declared["project"]["dependencies"] if (found := name.match(line))
    ]

    assert [one for one in names if not re.search(rf"(?m)^{re.escape(one)}==", locked)] == []

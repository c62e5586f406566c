"""The documentation says what is there: commands, options, errors, rooms, guidelines, dependencies; links lead somewhere; examples run."""
from __future__ import annotations

import ast
import contextlib
import io
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer

import charthouse
from charthouse.adapters.books.added import KINDS
from charthouse.doors.cli.main import app
from charthouse.flow.steps import STEPS
from charthouse.record import errors
from charthouse.record.errors import CharthouseError
from charthouse.rooms.coding.guidelines import GUIDELINES
from charthouse.rooms.intake import kind as kinds

ROOT = Path(__file__).parents[2]
SOURCE = Path(charthouse.__file__).parent
DOCS = ROOT / "docs"
TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PAGES = sorted([*(ROOT / name for name in TOP), *DOCS.rglob("*.md"), *SOURCE.rglob("README.md"), ROOT / "samples" / "README.md"])
ROOMS = sorted(p.parent.name for p in (SOURCE / "rooms").glob("*/__init__.py"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def commands() -> Iterator[tuple[str, Any]]:
    """(words, command) of every command: "books show", and of a group that does something by itself: "worker"."""
    def below(words: tuple[str, ...], command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None or command.invoke_without_command:
            yield " ".join(words), command
        if inner is None:
            return
        for name, sub in inner.items():
            yield from below((*words, name), sub)

    yield from below((), typer.main.get_command(app()))


COMMANDS = dict(commands())


def section(text: str, heading: str) -> str:
    """What stands under a heading, to the next of its level or above; "" when it is not there."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


def table_rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables by their first cell, without backticks."""
    rows = ([c.strip().strip("`") for c in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|"))
    return {row[0]: row[1:] for row in rows}


# -- commands --------------------------------------------------------------------------------------------------------------------
def test_commands_are_found() -> None:
    assert {"run", "code", "books show"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    described = section(page("docs/commands.md"), f"## charthouse {name}")
    assert described, f"docs/commands.md has no section `## charthouse {name}`"
    options = [o for p in COMMANDS[name].params for o in (*p.opts, *p.secondary_opts) if o.startswith("--") and o != "--help"]
    assert [o for o in options if not re.search(rf"`{o}\b", described)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_in_the_readme(name: str) -> None:
    assert re.search(rf"^charthouse {name}\b", page("README.md"), re.M)


def test_no_option_is_described_that_is_not_there() -> None:
    known = {o for c in COMMANDS.values() for p in c.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    text = page("docs/commands.md") + page("README.md") + "".join(p.read_text(encoding="utf-8") for p in (DOCS / "howto").glob("*.md"))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - known == set()


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.M))
    shell = [block for p in PAGES for kind, block in FENCE.findall(p.read_text(encoding="utf-8")) if kind == "sh"]
    said = {t for p in PAGES for t in re.findall(r"`make (\w+)`", p.read_text(encoding="utf-8"))} | {t for b in shell for t in re.findall(r"^make (\w+)", b, re.M)}
    assert {"demo", "test"} <= said <= targets


def test_every_setting_is_described() -> None:
    named = set(re.findall(r"CHARTHOUSE_[A-Z_]+[A-Z]", (SOURCE / "settings.py").read_text(encoding="utf-8")))
    described = set(re.findall(r"`(CHARTHOUSE_[A-Z_]+)`", section(page("docs/commands.md"), "## Settings")))
    assert named == described


# -- errors, rooms, steps, guidelines ----------------------------------------------------------------------------------------------
ERRORS = [CharthouseError, *sorted((c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, CharthouseError) and c is not CharthouseError), key=lambda c: c.code)]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: e.__name__)
def test_every_error_is_described_with_its_statuses(error: type[CharthouseError]) -> None:
    row = table_rows(page("docs/errors.md")).get(error.code)
    assert row, f"{error.code} is not in docs/errors.md"
    assert row[:3] == [error.__name__, str(error.exit_status), str(error.http_status)]
    assert len(row) == 5
    assert all(row)


def test_no_error_is_described_that_is_not_there() -> None:
    said = {code for p in PAGES for code in re.findall(r"\bCH-\d{4}\b", p.read_text(encoding="utf-8"))}
    assert said - {e.code for e in ERRORS} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_readme_and_page(room: str) -> None:
    readme = SOURCE / "rooms" / room / "README.md"
    assert readme.read_text(encoding="utf-8").startswith(f"# {room}")
    assert page(f"docs/rooms/{room}.md").startswith(f"# {room}\n")
    assert f"docs/rooms/{room}.md" in page("README.md")
    public = import_module(f"charthouse.rooms.{room}").__all__
    assert [name for name in public if name[0].islower() and f"`{name}`" not in page(f"docs/rooms/{room}.md")] == []


def test_every_step_stands_in_the_architecture() -> None:
    rows = table_rows(section(page("ARCHITECTURE.md"), "## Steps"))
    assert [s.name for s in STEPS] == [name for name in rows if name in {s.name for s in STEPS}]


def test_every_guideline_is_described_with_its_citation() -> None:
    rows = table_rows(section(page("docs/rooms/coding.md"), "## The guidelines"))
    assert {g.__name__ for g in GUIDELINES} == {r for r in rows if r.isidentifier()} - {"function"}
    assert [g.__name__ for g in GUIDELINES if not re.search(r"[IV]+\.[A-Z]|CFR", rows[g.__name__][1])] == []


def rules() -> set[str]:
    """The ids of every rule of the coding room, as they stand in calls of `ruling`."""
    calls = (n for p in (SOURCE / "rooms" / "coding").rglob("*.py") for n in ast.walk(ast.parse(p.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))
    return {c.args[0].value for c in calls if isinstance(c.func, ast.Name) and c.func.id == "ruling" and c.args
            and isinstance(c.args[0], ast.Constant) and isinstance(c.args[0].value, str)}


def test_every_rule_of_coding_is_described() -> None:
    assert len(rules()) > 15
    assert {r for r in rules() if f"`{r}`" not in page("docs/rooms/coding.md")} == set()


@pytest.mark.parametrize("name", ["docs/rooms/intake.md", "docs/howto/run-a-folder.md"])
def test_every_kind_of_document_is_described(name: str) -> None:
    assert [k for k in kinds.KINDS if f"`{k}`" not in page(name)] == []


# -- books, lexicon, dependencies, decisions -----------------------------------------------------------------------------------------
def test_every_official_file_name_is_described() -> None:
    rows = table_rows(page("docs/howto/add-a-book-file.md"))
    assert {example for _, example in KINDS.values()} == {name for name in rows if name.endswith((".xml", ".txt", ".csv"))}


def test_every_table_of_the_lexicon_is_described() -> None:
    text = page("docs/howto/add-a-term.md")
    assert [p.name for p in (SOURCE / "lexicon").glob("*.tsv") if f"`{p.name}`" not in text] == []


def requirements() -> Iterator[tuple[str, str]]:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    for line in (*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)):
        name, _, floor = line.partition(";")[0].partition(">=")
        yield name.strip(), floor.strip()


def test_every_dependency_is_described_with_its_floor() -> None:
    rows = {name: row[0] for name, row in table_rows(page("docs/dependencies.md")).items()}
    assert dict(requirements()).items() <= rows.items()
    assert set(rows) - {name for name, _ in requirements()} <= {"package", "---"}


def test_decisions_are_numbered_without_a_gap() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    for p in pages:
        text = p.read_text(encoding="utf-8")
        assert text.startswith(f"# {p.name[:4]} ")
        assert [part for part in ("**Context.**", "**Choice.**", "**What we gave up.**") if part not in text] == []


def test_the_place_for_figures_is_there() -> None:
    assert re.search(r"<!-- figures -->.*\| metric \| value \| data \| note \|.*<!-- /figures -->", page("README.md"), re.S)


def test_the_precision_of_auto_is_the_one_that_training_asks_for() -> None:
    asked = re.search(r"^AUTO_PRECISION = (0\.\d+)$", page("training/train.py"), re.M)
    assert asked
    assert f"{round(100 * float(asked.group(1)))} of 100 proposals" in page("README.md")
    assert f"a precision of {asked.group(1)}" in page("docs/decisions/0006-logistic-models.md")


# -- links, places in the code, examples -------------------------------------------------------------------------------------------------
def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        where, _, anchor = link.partition("#")
        target = (path.parent / where).resolve() if where else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_places_in_the_code_that_the_glossary_names_exist() -> None:
    named_paths = set(re.findall(r"`([a-z_0-9/]+/(?:[a-z_0-9]+\.(?:py|tsv))?)`", page("docs/glossary.md")))
    assert named_paths
    assert [p for p in named_paths - {"src/charthouse/"} if not (SOURCE / p).exists()] == []


def examples(path: Path) -> list[tuple[str, str]]:
    """(program, what it prints) of each Python block that a text block follows."""
    blocks = FENCE.findall(path.read_text(encoding="utf-8"))
    return [(code, out) for (kind, code), (after, out) in pairwise(blocks) if kind == "python" and after == "text"]


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("name", ["README.md", "docs/howto/use-from-python.md"])
def test_python_examples_print_what_they_say(name: str) -> None:
    found = examples(ROOT / name)
    assert len(found) == page(name).count("```python") > 0
    space: dict[str, Any] = {}
    for program, expected in found:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(program, name, "exec"), space)
        assert printed.getvalue() == expected


def test_the_page_of_paragraphs_names_guidelines_that_act_and_leaves_none_out() -> None:
    text = page("docs/rooms/guidelines.md")
    named = set(re.findall(r"`([a-z0-9_]+)`", text))
    acting = {g.__name__ for g in GUIDELINES}
    assert named <= acting
    assert acting - named <= {"copied_forward", "weak_words"}  # rules of the house, of no paragraph of their own

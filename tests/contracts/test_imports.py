"""Who may import whom, as `pyproject.toml` states it; and that the statement leaves nothing out."""
from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import charthouse

ROOT = Path(__file__).parents[2]
SOURCE = Path(charthouse.__file__).parent
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
PURE = {"record", "rulebook", "lexicon", "ports", "rooms"}


def packages(folder: Path) -> set[str]:
    return {p.parent.name for p in folder.glob("*/__init__.py")}


def contract(kind: str, start: str) -> dict[str, Any]:
    return next(c for c in CONTRACTS if c["type"] == kind and c["name"].startswith(start))


def test_every_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    cli = pytest.importorskip("importlinter.cli")
    status = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_every_package_and_module_has_its_layer() -> None:
    layers = contract("layers", "Who may import whom")
    assert layers["exhaustive"] is True
    named = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    modules = {p.stem for p in SOURCE.glob("*.py") if p.stem != "__init__"}
    assert packages(SOURCE) | modules == named


def test_every_room_is_held_apart_from_the_others() -> None:
    rooms = contract("independence", "Rooms are independent")["modules"]
    assert {m.removeprefix("charthouse.rooms.") for m in rooms} == packages(SOURCE / "rooms")


def test_every_pure_layer_is_kept_from_input_and_output() -> None:
    pure = contract("forbidden", "The pure layers")
    assert {m.removeprefix("charthouse.") for m in pure["source_modules"]} == PURE
    assert {"os", "sqlite3", "subprocess", "socket", "random", "logging", "httpx"} <= set(pure["forbidden_modules"])

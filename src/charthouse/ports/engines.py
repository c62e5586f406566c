"""Engines that stand outside the pure core: the MS-DRG grouper and the Medicare Code Editor."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from charthouse.record.grouping import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedByEngine:
    code: str
    severity: str  # "MCC", "CC" or ""
    excluded: bool  # as CC or MCC, by the principal diagnosis
    counted: bool  # it had an effect on the DRG
    flags: tuple[str, ...]
    hac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedByEngine:
    drg: str
    title: str
    mdc: str
    mdc_title: str
    severity: str
    initial_drg: str
    initial_title: str
    return_code: str
    diagnoses: tuple[GradedByEngine, ...]
    procedures: tuple[tuple[str, bool, bool], ...]  # code, is an operating room procedure, had an effect
    hac_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditByEngine:
    """`subjects` are the codes that set it off, where the editor or a second run can tell."""

    name: str
    kind: str
    subjects: tuple[str, ...]


class Grouper(Protocol):
    def group(self, stay: Stay, version: str) -> GroupedByEngine:
        """`version` as the code book names the edition: "v43.1"."""
        ...


class Editor(Protocol):
    def edit(self, stay: Stay) -> tuple[EditByEngine, ...]: ...

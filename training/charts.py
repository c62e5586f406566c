"""The sample charts as cases of the training mode: `gold/charts.json` out of `samples/`. Run it when a sample changes.

    python training/charts.py
"""
from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUT = ROOT / "src" / "charthouse" / "gold" / "charts.json"


def case(folder: Path) -> dict[str, Any]:
    """One sample with its adjudicated codes, each with the reason that its coder wrote."""
    said, gold = (tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in ("encounter.toml", "gold.toml"))
    inpatient = said["setting"] == "inpatient"
    on = said["discharge_date"] if inpatient else said["service_date"]
    born = said["patient"]["birth_date"]
    return {
        "id": said["id"], "setting": said["setting"], "date": on.isoformat(), "admitted": said["admission_date"].isoformat() if inpatient else None, "specialty": said["id"].split("-", 1)[1].replace("-", " "),
        "patient": {"sex": said["patient"]["sex"], "age": on.year - born.year - ((on.month, on.day) < (born.month, born.day))},
        "documents": [{"id": Path(d["file"]).stem, "kind": d.get("kind", ""), "author": d.get("author", ""), "date": d["date"].isoformat() if d.get("date") else None, "text": (folder / d["file"]).read_text(encoding="utf-8")}
                      for d in said["documents"]],
        "codes": [{"code": c["code"], "system": c["system"], "first": c.get("role") in ("principal", "first_listed"), "poa": c.get("poa", ""), "why": c["why"]} for c in gold["codes"]],
        "rejected": [{"code": c["code"], "why": c["why"]} for c in gold.get("not_coded", ())]}


def cases() -> list[dict[str, Any]]:
    return [case(path.parent) for path in sorted((ROOT / "samples").glob("*/gold.toml"))]


def spelled() -> str:
    return json.dumps(cases(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    OUT.write_text(spelled(), encoding="utf-8")

"""The page of the gate: its state, risk-coverage curves and reliability as pictures and tables. Nothing is fetched; no script."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from charthouse.adapters.paper.report import digest, environment, read

# Colours stand in the pictures as these values; gate.css turns each into the colour of the page, light or dark.
INK, QUIET, LINE, MAIN, LIMIT = "#1a1f26", "#56606c", "#d5dbe1", "#0a58a8", "#b02318"
SIZE = {"width": 460, "height": 260}
Data = Mapping[str, Any]


def render_gate(report: Data) -> str:
    """The page of a report as `flow.gate_report.report` gives it."""
    style = read("report.css") + read("gate.css")
    policy = f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    drawn = {name: _drawn(s, report) for name, s in report["settings"].items() if "reliability" in s}
    return environment().get_template("gate.html").render(g=report, drawn=drawn, percent=percent, style=Markup(style), script="", policy=Markup(policy))


def _drawn(setting: Data, report: Data) -> dict[str, Markup]:
    groups = {g["name"]: g for g in setting["groups"]}
    pooled = [g for name, g in groups.items() if name != "whole charts"]
    only = pooled[0] if len(pooled) == 1 else None  # with several families there is no one threshold to mark
    return {"code": svg(curve(setting["code_curve"], report["error"], only, "Signed codes rightly accepted", setting["codes_right"] + setting["missed"])),
            "whole": svg(curve(setting["whole_curve"], report["error"], groups["whole charts"], "Charts rightly finished", setting["charts"])),
            "reliability": svg(reliability(setting["reliability"]))}


def percent(share: float) -> str:
    """0.025 as "2.5%"."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def svg(spec: Data) -> Markup:
    """A Vega-Lite specification drawn; without what a strict policy would refuse."""
    import vl_convert

    picture = vl_convert.vegalite_to_svg(dict(spec), vl_version="5.21", allowed_base_urls=[])
    return Markup(re.sub(r' (?:style|xmlns:xlink)="[^"]*"', "", picture))


def curve(points: Sequence[Data], promise: float, group: Data | None, x: str, total: int) -> dict[str, Any]:
    """Error rate against coverage, with its 95% interval; the promise as a line, the gate's place as a point."""
    rows = [{"x": p["coverage"], "y": p["risk"], "low": p["low"], "high": p["high"]} for p in points]
    top = min(1.0, max([2 * promise, *(r["y"] * 1.4 for r in rows)]))
    axis = {"format": "%", "grid": True, "tickCount": 6}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "area", "clip": True, "color": MAIN, "opacity": 0.16}, "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
        {"mark": {"type": "line", "clip": True, "color": MAIN, "strokeWidth": 2}, "encoding": {"y": {"field": "y", "type": "quantitative"}}},
        {"data": {"values": [{"at": promise}]}, "mark": {"type": "rule", "color": LIMIT, "strokeDash": [5, 4], "strokeWidth": 1.5}, "encoding": {"x": None, "y": {"field": "at", "type": "quantitative"}}},
        {"data": {"values": [{"at": promise, "word": f"promise {percent(promise)}"}]}, "mark": {"type": "text", "color": LIMIT, "align": "right", "dy": -7, "fontSize": 12},
         "encoding": {"x": {"value": SIZE["width"] - 4}, "y": {"field": "at", "type": "quantitative"}, "text": {"field": "word"}}},
    ]
    if group and group["open"]:
        at = group["at"]
        layers.append({"data": {"values": [{"x": (at["accepted"] - at["wrong"]) / max(1, total), "y": at["risk"]}]}, "mark": {"type": "point", "filled": True, "size": 110, "color": MAIN, "opacity": 1},
                       "encoding": {"y": {"field": "y", "type": "quantitative"}}})  # fmt: skip
    return _spec({"data": {"values": rows}, "layer": layers, "encoding": {
        "x": {"field": "x", "type": "quantitative", "title": x, "scale": {"domain": [0, 1]}, "axis": axis},
        "y": {"type": "quantitative", "title": "Error rate", "scale": {"domain": [0, top]}, "axis": axis}}})


def reliability(data: Data) -> dict[str, Any]:
    """What was right against what was said, by tenths of confidence; the raw score hollow, the calibrated confidence filled."""
    rows = [{"said": b["said"], "right": b["right"], "low": b["low"], "high": b["high"], "codes": b["codes"]} for b in data["calibrated"]]
    raw = [{"said": b["said"], "right": b["right"], "codes": b["codes"]} for b in data["raw"]]
    axis = {"format": "%", "grid": True, "tickCount": 6}
    size = {"field": "codes", "type": "quantitative", "legend": None, "scale": {"range": [25, 260]}}
    right = {"field": "right", "type": "quantitative"}
    return _spec({"encoding": {"x": {"field": "said", "type": "quantitative", "title": "Confidence that was said", "scale": {"domain": [0, 1]}, "axis": axis},
                               "y": {"type": "quantitative", "title": "Codes that were right", "scale": {"domain": [0, 1]}, "axis": axis}},
                  "layer": [
        {"data": {"values": [{"said": 0, "right": 0}, {"said": 1, "right": 1}]}, "mark": {"type": "line", "color": QUIET, "strokeDash": [4, 4], "strokeWidth": 1}, "encoding": {"y": right}},
        {"data": {"values": raw}, "mark": {"type": "point", "filled": False, "color": QUIET, "strokeWidth": 1.5, "opacity": 1}, "encoding": {"y": right, "size": size}},
        {"data": {"values": rows}, "mark": {"type": "rule", "color": MAIN, "strokeWidth": 1.5}, "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
        {"data": {"values": rows}, "mark": {"type": "point", "filled": True, "color": MAIN, "opacity": 1}, "encoding": {"y": right, "size": size}}]})  # fmt: skip


def _spec(body: dict[str, Any]) -> dict[str, Any]:
    text = {"labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", **SIZE, "background": None, "padding": 4,
            "config": {"font": "Liberation Sans, sans-serif", "view": {"stroke": None}, "axis": text | {"domainColor": QUIET, "tickColor": LINE, "gridColor": LINE}}} | body

"""The story of a code on the terminal."""
from __future__ import annotations

from typing import Any

_STATUS = {"auto": "on the answer, finished alone", "review": "on the answer, for a person to check", "suppressed": "found and left off"}
_NOTES = {"code_first": "Code first", "use_additional": "Use additional code", "code_also": "Code also", "excludes1": "Excludes1", "excludes2": "Excludes2"}
SHOWN = 8


def show(s: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)

    def part(title: str, lines: list[str]) -> None:
        if lines:
            console.print(Text(title, style="bold"))
            for line in lines:
                console.print(Padding(Text(line.lstrip()), (0, 0, 0, 2 + len(line) - len(line.lstrip()))))

    console.print(Text.assemble((s["code"], "bold"), "  ", s["title"] or "(no title is loaded)"))
    console.print(Text(_head(s)))
    part("Said in the chart", [_said(e) for e in s.get("evidence", ())])
    part("How it was chosen", _chosen(s))
    part("Rulings, in order", [line for n, r in enumerate(s.get("rulings", ()), 1) for line in _ruled(n, r)])
    part("Weighed", _weighed(s))
    part("Against it", [f"{a['why']}: {a['of']}{_at(a)}" for a in s["against"]])
    part("Left off because of it", [f"{d['code']} {d['title']}: {d['message']}" for d in s.get("displaced", ())])
    part("What stands in its place", [f"{d['code']} {d['title']}" for d in s.get("displaced_by", ())])
    part("Terms of the book that stand in the text", [f'"{t["phrase"]}" at line {t["line"]} of {t["document"]}'
                                                      + (f", read there: {', '.join(t['read_as'])}" if t["read_as"] else ", not read there")
                                                      for t in s.get("terms", ())])
    part("Nearest in the result", [f"{n['code']} {n['title']} ({n['status']})" for n in s.get("nearest", ())])
    part("In its family", [f"{f['code']} {f['title']}" + (f" ({f['status']})" if f["status"] else "") for f in s["family"][:SHOWN]])
    part("Notes of the book", [f"{_NOTES[n['kind']]} at {n['at']}: {n['text']}" + (f"  <- {', '.join(n['concerns'])}" if n["concerns"] else "")
                               for n in sorted(s["notes"], key=lambda n: not n["concerns"])[:SHOWN]])
    part("Left open by the record", [h["message"] for h in s["hints"]])


def _head(s: dict[str, Any]) -> str:
    valid = {True: "valid", False: "no complete, valid code", None: ""}[s["valid"]]
    when = f"{valid} on {s['date']}" if s["date"] and valid else ""
    if not s["in_result"]:
        return " · ".join(filter(None, ("Not in the result: nothing that was read led to it", s["system"], when)))
    sure = f"confidence {s['confidence']:.2f}" if s["confidence"] is not None else ""
    poa = f"POA {s['poa']}" if s["poa"] else ""
    return " · ".join(filter(None, (_STATUS.get(s["status"], s["status"]), s["role"], sure, poa, s["severity"], s["setting"], f"{s['system']} {s['edition']}", when)))


def _said(e: dict[str, Any]) -> str:
    how = [e.get("assertion", ""), e.get("temporality", ""), "" if e.get("experiencer", "patient") == "patient" else "said of somebody else"]
    how += [f'by "{e["trigger"]}"' if e.get("trigger") else "", f"a typing error of {e['read_as']}" if e.get("read_as") else "",
            f"copied from {e['copied_from']}" if e.get("copied_from") else "", f"under {e['section']}" if e.get("section") else ""]
    return f"“{' '.join(e['text'].split())}”{_at(e)}" + (f": {', '.join(filter(None, how))}" if any(how) else "")


def _at(e: dict[str, Any]) -> str:
    if e.get("line"):
        return f" (line {e['line']} of {e.get('document') or 'the note'}{', ' + e['kind'] if e.get('kind') else ''})"
    return f" (at {e['start']} of {e['document']})" if "start" in e else ""


def _chosen(s: dict[str, Any]) -> list[str]:
    lines = [f"The text says: {', '.join(s['matched'])}"] if s.get("matched") else []
    return lines + ([f"The title says more than the text: {', '.join(s['beyond'])}"] if s.get("beyond") else [])


def _ruled(n: int, r: dict[str, Any]) -> list[str]:
    quoted = "; ".join(f"“{' '.join(q['text'].split())}”{_at(q)}" for q in r["spans"][:2])
    return [f"{n}. {r['message']}", f"   {r['verdict']} by {r['rule']} · {r['citation']} · {r['edition']}", *([f"   {quoted}"] if quoted else [])]


def _weighed(s: dict[str, Any]) -> list[str]:
    return [f"{w['weight']:+.2f}  {w['feature']}" for w in s.get("weighed") or ()]

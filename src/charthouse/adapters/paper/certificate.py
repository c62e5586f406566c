"""A certificate of destruction as one page of HTML, to print or save as PDF."""
from __future__ import annotations

import json
from html import escape

_STYLE = "body{font:11pt/1.5 serif;max-width:44em;margin:3em auto}table{border-collapse:collapse;width:100%}td,th{border:1px solid #777;padding:.3em;text-align:left}" \
         "dt{font-weight:bold}th{background:#eee}@page{margin:2cm}"


def page(text: str) -> str:
    """From the certificate's JSON."""
    said = json.loads(text)
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{escape(str(said[name]))}</dd>" for label, name in (
        ("Certificate", "certificate"), ("Facility", "facility"), ("Destroyed at", "destroyed_at"), ("Method", "method"), ("Proposed by", "proposed_by"),
        ("Proposed at", "proposed_at"), ("Signed by", "signed_by"), ("Backups", "backups")))
    columns = ("encounter", "kept_until", "rule", "citation", "documents", "contents_destroyed", "contents_kept_for_other_records")
    head = "".join(f"<th scope=\"col\">{escape(c.replace('_', ' '))}</th>" for c in columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(str(row[c]))}</td>" for c in columns) + "</tr>" for row in said["records"])
    return (f"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Certificate of destruction</title><style>{_STYLE}</style>"
            f"<h1>Certificate of destruction</h1><dl>{facts}</dl><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></html>\n")

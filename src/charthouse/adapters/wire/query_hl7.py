"""A query as an HL7 v2.5.1 document notification: MDM^T02 when it is asked, T08 when it is handed on, T11 when it is withdrawn. TXA-12 and TXA-14 are the query's number:
an answer that names it in TXA-13 or TXA-14 answers it."""
from __future__ import annotations

import hashlib
import re
from datetime import datetime

from charthouse.adapters.wire.query_fhir import words
from charthouse.record.query import Query, Told

_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\n": "\\.br\\", "\r": ""}


def message(told: Told, at: datetime) -> bytes:
    """b"" where the receiver needs none: an answered query is known to who answered it."""
    q, visit, who = told.query, told.visit, told.registration
    if q.state in ("answered", "closed"):
        return b""
    event = "T11" if q.state == "withdrawn" else "T08" if q.escalated else "T02"
    control = hashlib.sha256(f"{q.number} {event} {q.escalated}".encode()).hexdigest()[:20]
    now, asked = _moment(at), _moment(q.sent_at or q.made_at)
    identifiers = "~".join(f"{_text(value)}^^^{_text(re.sub(r'^urn:.*:', '', system))}" for system, value in who.identifiers)
    born = who.birth_date.strftime("%Y%m%d") if who.birth_date else ""
    lines = [
        f"MSH|^~\\&|CHARTHOUSE|{_text(visit.facility)}|||{now}||MDM^{event}^MDM_T{'01' if event == 'T11' else '02'}|{control}|P|2.5.1|||AL|NE||UNICODE UTF-8",
        f"EVN|{event}|{now}",
        f"PID|1||{identifiers}||{_text(who.family)}^{_text(who.given)}||{born}|{_text(who.sex)}",
        f"PV1|1|{'I' if visit.setting == 'inpatient' else 'O'}|{_text(visit.unit)}||||{_name(visit.attending)}||||||||||||{_text(visit.number or '')}",
        f"TXA|1|QUERY|TX|{asked}|{_name(q.handed_to or q.draft.to)}|{asked}||||||{q.number}||{q.number}|||{'CA' if q.state == 'withdrawn' else 'AU'}||AV"]
    if event != "T11":
        lines.append(f"OBX|1|TX|QUERY^{_text(q.draft.title)}^99CHARTHOUSE||{_text(_said(q, told.link))}||||||F")
    return "".join(f"{line}\r" for line in lines).encode()


def _said(q: Query, link: str) -> str:
    return words(q) + (f"\n\nAnswer here: {link}" if link else "") + (f"\n\nHanded on to {q.handed_to}: it was due and not answered." if q.handed_to else "")


def _name(shown: str) -> str:
    return f"^{_text(shown)}"


def _text(value: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in value)


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%z")

"""Trying a second reader out on an invented note: one code that it states and one that it denies. No chart, no book."""
from __future__ import annotations

from typing import Any

from charthouse.flow.result import second_reading_dict
from charthouse.flow.steps import SecondReading
from charthouse.ports.second_reader import Passage, Question, SecondReader
from charthouse.record.code import CodeLine
from charthouse.record.document import Span
from charthouse.rooms.second_reading import heard

_STATED = "Essential hypertension, well controlled on lisinopril; continue."
_DENIED = "The patient denies chest pain, dyspnea and palpitations."
_TRIED = (("I10", "Essential (primary) hypertension", "assessment", _STATED, (("I15.9", "Secondary hypertension, unspecified"),)),
          ("R07.9", "Chest pain, unspecified", "review of systems", _DENIED, (("R07.89", "Other chest pain"),)))


def try_out(reader: SecondReader) -> dict[str, Any]:
    """What it said of the two codes, what that cost, and whether both answers could be used."""
    asked = tuple(Question(place=place, code=code, title=title, alternatives=others,
                           passages=(Passage(section=section, span=Span(document="note", start=0, end=len(text), text=text)),))
                  for place, (code, title, section, text, others) in enumerate(_TRIED))
    replies, usage = reader.read(asked)
    codes, tally = heard(tuple(_line(q) for q in asked), asked, replies, reader.name)
    said = [{"code": c.code, "title": c.title, "message": c.reasons[0].message} for c in codes]
    return {"usable": not (tally["discarded"] or tally["not_reached"]), "said": said,
            **second_reading_dict(SecondReading(reader=reader.name, tally=tally, usage=usage))}


def _line(question: Question) -> CodeLine:
    return CodeLine(system="ICD-10-CM", code=question.code, title=question.title, role="secondary", status="review", confidence=0.5,
                    evidence=tuple(p.span for p in question.passages), reasons=(), edition="")

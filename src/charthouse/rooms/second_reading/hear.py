"""What a second reader's answer may do: little, and only to the code it was asked about.

It can take a code from `auto` to `review`, and it can leave a note with a quotation. It adds no code, takes none away, and
lifts none. An answer that does not hold to the form, quotes what does not stand in the passages, or names a code that was
not offered is discarded whole.
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from charthouse.ports.second_reader import REASONS, VERDICTS, Question, Reply
from charthouse.record.code import CodeLine
from charthouse.record.document import MAX_QUOTE, Span
from charthouse.record.ruling import Ruling

LONGEST = 8_000  # characters of an answer; a longer one is no answer
FIELDS = {"verdict", "quote", "better_code", "reason"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """An answer that holds. `quote` is None only where the reader is unsure; `better` is "" or an offered alternative."""

    verdict: str
    quote: Span | None
    better: str
    reason: str


def heard(codes: tuple[CodeLine, ...], asked: Sequence[Question], replies: Sequence[Reply], reader: str) -> tuple[tuple[CodeLine, ...], dict[str, int]]:
    """The codes with what the second reader said of each, and how often it said what. Same codes, same order."""
    lines = list(codes)
    tally = dict.fromkeys(("asked", "agreed", "disagreed", "unsure", "discarded", "not_reached", "held"), 0) | {"asked": len(asked)}
    for question, reply in zip(asked, replies, strict=True):
        before = lines[question.place]
        after, outcome = _one(before, question, reply, reader)
        lines[question.place] = after
        tally[outcome] += 1
        tally["held"] += before.status != after.status
    return tuple(lines), tally


def _one(line: CodeLine, question: Question, reply: Reply, reader: str) -> tuple[CodeLine, str]:
    if reply.content is None:
        return _with(line, line, reader, "not-reached", f"The second reader gave no answer ({reply.why}); the code stays as it was."), "not_reached"
    opinion = judge(question, reply.content)
    if isinstance(opinion, str):
        return _with(line, line, reader, "discarded", f"The second reader's answer is not used: {opinion}. The code stays as it was."), "discarded"
    return _said(line, question, opinion, reader)


def _said(line: CodeLine, question: Question, opinion: Opinion, reader: str) -> tuple[CodeLine, str]:
    why = REASONS[opinion.reason]
    spans = (opinion.quote,) if opinion.quote else ()
    if opinion.verdict == "agree":
        done, outcome = _with(line, line, reader, "agreed", f"The second reader agrees: {why}.", spans), "agreed"
    elif opinion.verdict == "disagree":
        held = replace(line, status="review") if line.status == "auto" else line
        done, outcome = _with(line, held, reader, "disagreed", f"The second reader disagrees: {why}. A person decides.", spans), "disagreed"
    else:
        done, outcome = _with(line, line, reader, "unsure", "The second reader is not sure.", spans), "unsure"
    if opinion.better:
        title = dict(question.alternatives)[opinion.better]
        done = _with(done, done, reader, "question", f"To ask: does {opinion.better} {title} say it better?", spans)
    return done, outcome


def _with(line: CodeLine, held: CodeLine, reader: str, rule: str, message: str, spans: tuple[Span, ...] = ()) -> CodeLine:
    """The code with a ruling more: in front where it changed the status, else at the end."""
    ruling = Ruling(rule=f"second-reader/{rule}", verdict="passed" if rule == "agreed" else "warning", message=message,
                    citation=f"Second reader: {reader}", subject=line.code, edition=line.edition, spans=spans)
    return replace(held, reasons=(ruling, *held.reasons) if held.status != line.status else (*held.reasons, ruling))


def judge(question: Question, content: str) -> Opinion | str:
    """The answer as an opinion, or why it is not used, in fixed words: nothing of a bad answer is repeated."""
    answer = _parsed(content)
    if answer is None:
        return "it is not the JSON object that was asked for"
    if answer["verdict"] not in VERDICTS or answer["reason"] not in REASONS:
        return "it gives a verdict or a reason that there is not"
    if answer["better_code"] not in ("", *(code for code, _ in question.alternatives)):
        return "it names a code that was not offered"
    quote = _quoted(question, answer["quote"])
    if quote is None and (answer["quote"].strip() or answer["verdict"] != "unsure"):
        return "its quotation does not stand in the passages"
    return Opinion(verdict=answer["verdict"], quote=quote, better=answer["better_code"], reason=answer["reason"])


def _parsed(content: str) -> dict[str, str] | None:
    try:
        answer = json.loads(content, object_pairs_hook=_once) if len(content) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    whole = isinstance(answer, dict) and set(answer) == FIELDS and all(isinstance(v, str) for v in answer.values())
    return answer if whole else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def _quoted(question: Question, words: str) -> Span | None:
    """Where the words stand, literally, in one of the passages; None where they do not, or are blank or too long."""
    if not words.strip() or len(words) > MAX_QUOTE:
        return None
    for passage in question.passages:
        at = passage.span.text.find(words)
        if at >= 0:
            start = passage.span.start + at
            return Span(document=passage.span.document, start=start, end=start + len(words), text=words)
    return None

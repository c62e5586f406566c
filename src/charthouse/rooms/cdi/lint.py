"""Whether a query is compliant, whether a person, a rule or a model wrote it. A query that has any finding is not sent.

What it goes by is the practice brief of AHIMA and ACDIS: a query states clinical indicators of this record, asks openly or offers what they support, and neither leads nor speaks of money.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from charthouse.record.query import Draft
from charthouse.record.ruling import Ruling
from charthouse.rooms.cdi.support import Condition, unsupported

CITATION = "AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022 Update)"
Diagnoses = Callable[[str], frozenset[str]]  # the codes of the diagnoses that a text names
YES_NO_FOR = ("poa", "cause", "conflict", "validation")  # never to establish a diagnosis that is not documented
_OTHER = re.compile(r"^\W*other\b", re.IGNORECASE)
_UNDETERMINED = re.compile(r"unable to (?:be )?determine|(?:clinically )?undetermined|cannot (?:be )?determine|unknown at this time", re.IGNORECASE)
_YES, _NO = re.compile(r"^\W*yes\b", re.IGNORECASE), re.compile(r"^\W*no\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:ms-?drg|apr-?drg|drgs?|m?ccs?\b(?! of)|reimburs\w*|payment|payer|revenue|financial\w*|billing|billable|bill|claim|profit\w*|case[- ]mix|cmi|hccs?|raf|risk[- ]adjust\w*|rvus?|"
    r"severity[- ]of[- ]illness|soi|rom|risk of mortality|o/e|quality (?:score|measure|metric|indicator)s?|report card|star rating|psi(?:[- ]?\d+)?|hac penalt\w*|denials?|relative weight|length[- ]of[- ]stay target)\b",
    re.IGNORECASE)
_DIRECTS = re.compile(
    r"\bplease (?:document|add|change|amend|update|include|write|state that|confirm that|consider documenting|specify that)\b|\b(?:would|do|don't|can) you (?:not )?(?:agree|think|document|confirm that)\b|"
    r"\b(?:should|must|needs? to|has to|ought to) be (?:documented|added|recorded|coded|listed)\b|\b(?:we|i) (?:need|require|believe|think|suggest|recommend|would like) (?:you|the|that|this|to)\b|"
    r"\byou (?:forgot|failed|missed|omitted|did not document)\b|\b(?:clearly|obviously|certainly|undoubtedly|no doubt)\b|\bisn't (?:this|it)\b|\b(?:meets?|met) (?:the )?criteria for\b|"
    r"\b(?:the patient|this patient|he|she) (?:has|had|appears to have|seems to have)\b.{0,60}\b(?:right|correct|agree)\b|\bin order to (?:code|capture|support)\b|\bso that (?:we|it) (?:can|may)\b",
    re.IGNORECASE)


def lint(draft: Draft, *, texts: Mapping[str, str], documented: frozenset[str], diagnoses: Diagnoses, known: Sequence[Condition]) -> tuple[Ruling, ...]:
    """The findings; () for a query that may be sent. `texts` are the documents of the record by id; `documented` the codes of what it says of the patient."""
    return tuple(finding for check in (_whole, _indicators, _money, _directing, _named, _options, _yes_no) for finding in check(draft, texts, documented, diagnoses, known))


def _finding(rule: str, message: str) -> Ruling:
    return Ruling(rule=f"cdi/{rule}", verdict="error", message=message, citation=CITATION)


Findings = Iterator[Ruling]


def _whole(d: Draft, *_: object) -> Findings:
    """What any query has to say: of whom, by whom, to whom, about what, and a question."""
    lacks = [words for words, value in (("a patient", d.patient and d.encounter), ("who asks", d.author.strip()), ("who is asked", d.to.strip()), ("the date", d.on)) if not value]
    if lacks:
        yield _finding("incomplete", f"The query does not say {', '.join(lacks)}")
    if not d.question.strip():
        yield _finding("no-question", "There is no question")
    elif "?" not in d.question and not re.search(r"\bplease (?:clarify|indicate|provide|specify|describe)\b", d.question, re.IGNORECASE):
        yield _finding("no-question", "Nothing is asked: the text only states")


def _indicators(d: Draft, texts: Mapping[str, str], *_: object) -> Findings:
    if not d.indicators:
        yield _finding("no-indicators", "No clinical indicator of the record is given")
    for i in d.indicators:
        if i.encounter and not d.why_prior.strip():
            yield _finding("prior-encounter", "An indicator is of an earlier encounter, and the query does not say why it matters now")
        if not i.encounter and texts.get(i.span.document, "")[i.span.start:i.span.end] != i.span.text:
            yield _finding("not-quoted", "An indicator does not stand in the record as it is quoted")


def _money(d: Draft, *_: object) -> Findings:
    for where, text in (("title", d.title), ("question", d.question), *(("option", o) for o in d.options)):
        found = _MONEY.search(text)
        if found:
            yield _finding("impact", f"The {where} speaks of payment or scores (“{found.group()}”): a query gives no impact")
            return


def _directing(d: Draft, *_: object) -> Findings:
    for where, text in (("title", d.title), ("question", d.question)):
        found = _DIRECTS.search(text)
        if found:
            yield _finding("directs", f"The {where} tells the provider what to answer (“{found.group()}”)")
            return


def _named(d: Draft, _: object, documented: frozenset[str], diagnoses: Diagnoses, *__: object) -> Findings:
    """Title and question name no diagnosis that the record does not."""
    if _new(d.title, documented, diagnoses):
        yield _finding("title-leads", "The title names a diagnosis that the record does not")
    if _new(d.question, documented, diagnoses) and d.form != "yes/no":
        yield _finding("question-leads", "The question names a diagnosis that the record does not")


def _options(d: Draft, _: object, __: object, ___: object, known: Sequence[Condition]) -> Findings:
    if d.form == "open":
        if d.options:
            yield _finding("open-with-options", "An open query offers nothing: it asks in the provider's own words")
        return
    if not any(_OTHER.search(o) for o in d.options):
        yield _finding("no-other", "There is no option “other”")
    if not any(_UNDETERMINED.search(o) for o in d.options):
        yield _finding("no-undetermined", "There is no option “unable to determine”")
    if d.form == "choice":
        clinical = [o for o in d.options if not _OTHER.search(o) and not _UNDETERMINED.search(o)]
        if len({o.strip().casefold() for o in clinical}) < 2:
            yield _finding("one-option", "Only one answer is offered: offer all that the indicators support, or ask openly")
        for option in unsupported(clinical, d.indicators, known):
            yield _finding("unsupported", f"No indicator that is given speaks for the option “{option}”")


def _yes_no(d: Draft, _: object, documented: frozenset[str], diagnoses: Diagnoses, *__: object) -> Findings:
    if d.form != "yes/no":
        return
    if d.kind not in YES_NO_FOR or _new(d.question, documented, diagnoses):
        yield _finding("yes-no-new", "A question for yes or no may not bring in a diagnosis that is not documented, nor its specificity")
    if not any(_YES.search(o) for o in d.options) or not any(_NO.search(o) for o in d.options):
        yield _finding("yes-no-options", "A question for yes or no offers yes, no, other and unable to determine")


def _new(text: str, documented: frozenset[str], diagnoses: Diagnoses) -> bool:
    """Whether a diagnosis is named that the record does not hold, at least as exactly. Signs, statuses and circumstances are none."""
    return any(not _held(code, documented) for code in diagnoses(text) if code[0] not in "RZVWXY")


def _held(code: str, documented: frozenset[str]) -> bool:
    loose = code[:3] if code.endswith("9") or code[3:5] == ".9" or len(code) == 3 else code  # an unspecified code says no more than its category
    return any(d == code or d.startswith(loose) for d in documented)

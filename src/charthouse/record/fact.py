"""One thing read in a chart: what it is, whether it holds, of whom, when, and the words that say so."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charthouse.record.document import Span

Kind = Literal["problem", "site", "procedure", "medication", "lab", "vital", "status"]
UNSHOWN = frozenset({"site", "status"})  # read for the sake of other facts, and not shown as findings
Assertion = Literal["present", "absent", "possible", "hypothetical"]
Temporality = Literal["recent", "historical"]
Experiencer = Literal["patient", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number read beside a name: `unit` as written; `low`/`high` flags as the report prints them."""

    name: str
    value: float
    unit: str = ""
    flag: str = ""
    second: float | None = None  # the diastolic of a blood pressure


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a phrase of the lexicon or the book stands for: a code, or a family with the code that it defaults to."""

    family: str
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`concept` is the folded key of the phrase; `targets` the codes or families it names, in claim order.

    `temporality` is "historical" for what is told as background, not as the present illness: past conditions, known chronic
    diseases, habits, allergies. `trigger` quotes the words that decided assertion, temporality or experiencer; None when nothing did.
    `attributes` are (axis, value) pairs that belong to this finding; `near` the folded words around it; `context` the
    attributes in the text under it with their places, where it heads a problem.
    """

    kind: Kind
    span: Span
    concept: str
    assertion: Assertion = "present"
    temporality: Temporality = "recent"
    over: bool = False  # said to be over: coded as history. A chronic disease told as history is not
    experiencer: Experiencer = "patient"
    section: str = ""
    problem: int = 0  # which problem heading of its section it stands under, or is itself; 0: none
    role: str = "body"  # what the place means: "heading" of a problem, "list" item, "body"
    targets: tuple[Target, ...] = ()
    source: str = "lexicon"
    flags: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()
    near: frozenset[str] = frozenset()
    context: tuple[tuple[str, str, Span], ...] = ()
    also: tuple[Span, ...] = ()  # places that say what the code took beyond this finding: "stage 3b", "left knee"
    trigger: Span | None = None
    trigger_rule: str = ""
    measured: Measured | None = None
    corrected: str = ""  # a typing error was read as this word
    copied_from: str = ""  # the document this passage was copied from
    score: float = 1.0
    engine: str = "dictionary/1"

    def said(self, axis: str) -> str:
        """The value of an attribute: of a service its `class`, `act` or `route`; "" where nothing is said."""
        return next((value for name, value in self.attributes if name == axis), "")

    @property
    def holds(self) -> bool:
        """Said of this patient and this time, and not denied, supposed or copied."""
        return self.assertion == "present" and self.temporality == "recent" and self.experiencer == "patient" and not self.copied_from

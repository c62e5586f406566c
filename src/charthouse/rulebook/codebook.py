"""The compiled code book as the pure layers see it: look-ups over values, no files.

`CodeBook` is what an adapter hands in; every look-up is by the dotted code (`E11.22`) and, where the answer can change
with time, by the record's date. Sources: ICD-10-CM tabular list (NCHS/CDC), ICD-10-PCS and MS-DRG tables (CMS).
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from charthouse.rulebook.editions import Edition

NoteKind = Literal["includes", "inclusion_term", "excludes1", "excludes2", "code_first", "use_additional", "code_also", "seventh", "note"]
Severity = Literal["CC", "MCC", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of the tabular list: where it stands (`at`: a code, a block such as `I20-I25`, or a chapter `chapter 9`)."""

    kind: NoteKind
    text: str
    at: str
    codes: tuple[str, ...] = ()  # the codes or ranges that the text names, as written: "I10", "I10-I1A", "O99.4-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A code or category of a system. `title` is empty for a valid code whose title is not loaded."""

    system: Literal["ICD-10-CM", "ICD-10-PCS", "HCPCS", "CPT"]
    code: str
    title: str
    parent: str  # the category above, or "" for a three-character category
    leaf: bool  # a complete code (validity on a date is asked for with `valid`)
    title_loaded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DrgRow:
    """A row of the DRG table: weight, geometric and arithmetic mean length of stay in days; whether a transfer to post-acute care is paid by days, and so with half at once (42 CFR 412.4). None: not loaded."""

    drg: str
    title: str
    mdc: str
    kind: Literal["surgical", "medical", ""]
    weight: float | None
    gmlos: float | None
    amlos: float | None
    edition: str
    post_acute: bool = False
    special_pay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer of a search in the book, best first; `score` is comparable within one search only."""

    code: str
    title: str
    score: float
    matched: str  # the phrase of the book (title, inclusion term, index entry, lexicon term) that matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A step of the way to a code: `chapter 9`, the block `I20-I25`, the category `I21`, the code itself."""

    kind: Literal["chapter", "block", "code", "section", "table"]
    at: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A value of one of the seven characters of ICD-10-PCS; `label` is empty when it is not loaded."""

    position: int
    value: str
    label: str


class CodeBook(Protocol):
    """What the rooms may ask. Codes are dotted for ICD-10-CM, bare for PCS; unknown codes give None, () or False."""

    def editions(self) -> tuple[Edition, ...]: ...

    def missing(self) -> dict[str, str]:
        """Books that are not loaded, and why."""
        ...

    def entry(self, code: str) -> Entry | None: ...

    def children(self, code: str) -> tuple[str, ...]: ...

    def path_to(self, code: str) -> tuple[Place, ...]:
        """The places from the chapter down to the code itself."""
        ...

    def leaves(self, code: str) -> tuple[Entry, ...]:
        """All complete ICD-10-CM codes at or below a category, in book order, seventh characters written out. Codes
        that went out of use before the loaded tabular list took effect are left out."""
        ...

    def valid(self, code: str, on: date) -> bool:
        """Whether it is a complete, billable code on that date. Raises `NoEdition` outside the editions."""
        ...

    def notes(self, code: str) -> tuple[Note, ...]:
        """The notes in force at a code: its own and those of its ancestors, block and chapter, nearest first."""
        ...

    def severity(self, code: str, on: date) -> Severity:
        """CC or MCC as a secondary diagnosis under the MS-DRG version of that date, before exclusions."""
        ...

    def hcc(self, code: str) -> tuple[tuple[int, str], ...]:
        """(category, its name) of the CMS-HCC model V28 in which a diagnosis lies."""
        ...

    def poa_exempt(self, code: str, on: date) -> bool | None:
        """Whether the code is exempt from POA reporting; None: the list is not loaded."""
        ...

    def pair_edits(self, setting: str, codes: Sequence[str], on: date) -> tuple[tuple[str, str, int], ...] | None:
        """(column 1, column 2, modifier indicator) of the NCCI pairs among the codes that hold on that day; None: not loaded. `setting` practitioner or hospital."""
        ...

    def unit_limits(self, setting: str, codes: Sequence[str], on: date) -> dict[str, tuple[int, int]] | None:
        """Code to (units, adjudication indicator) of the medically unlikely edits of that quarter; None: not loaded."""
        ...

    def cc_excluded(self, secondary: str, principal: str, on: date) -> bool | None:
        """Whether Table 6K takes the CC or MCC away beside that principal diagnosis; None: no table of that year."""
        ...

    def drg(self, drg: str, on: date) -> DrgRow | None: ...

    def characters(self, code: str) -> tuple[Character, ...]:
        """The characters of an ICD-10-PCS code, or of the start of one, with their labels."""
        ...

    def pcs_table(self, table: str) -> tuple[Character, ...]:
        """What a table of three characters ("02H") offers for the characters 4 to 7."""
        ...

    def pcs_codes(self, table: str) -> tuple[str, ...]:
        """The codes of a table of ICD-10-PCS; ask `valid` for the date."""
        ...

    def mapped(self, code: str, *, direction: str = "10>9") -> tuple[tuple[str, str], ...]:
        """(target, flags) of the General Equivalence Mappings, one to many; "9>10" or "10>9"."""
        ...

    def level_code(self, category: str, level: str) -> str:
        """The code that the site has entered for a level of a visit; "" when it has not."""
        ...

    def titles(self, system: str) -> Iterable[tuple[str, str]]:
        """(code, title) of every complete code of a system that has a title."""
        ...

    def find(self, words: str, *, system: str = "ICD-10-CM", limit: int = 20) -> tuple[Found, ...]: ...

    def dictionary(self) -> Iterable[tuple[str, str, str, str, str]]:
        """The phrases as reading looks them up: (key, target, source, flags, phrase), see `lexicon.phrases.entries`."""
        ...

    def procedure_words(self) -> Iterable[tuple[str, str, str, str, str]]:
        """How procedures are said: (key, pattern or body part, source, "name", "action" or "part", phrase)."""
        ...

    def slips(self, forms: Sequence[str]) -> Iterable[tuple[str, str]]:
        """(form, word): the long words of the dictionary that become one of the forms by losing a letter."""
        ...

    def phrases(self) -> Iterable[tuple[str, str, str]]:
        """Every phrase that can be found in a text: (phrase, target, source), source one of "lexicon", "title",
        "inclusion", "index"; target as the lexicon writes it (`I10`, `I50=I50.9`, `E11.22 + N18.30`). Flags of a
        lexicon line follow its source: "lexicon:case,weak"."""
        ...

"""The Medicare Code Editor's answers as rulings that say what to do."""
from __future__ import annotations

from collections.abc import Iterator

from charthouse.ports.engines import EditByEngine, Editor
from charthouse.record.grouping import Stay
from charthouse.record.ruling import Ruling

_CITATION = "CMS, Definitions of Medicare Code Edits"
_MEANS = {
    "INVALID_CODE": "not a valid code on this date; correct it or its seventh character",
    "E_CODE_AS_PDX": "an external cause cannot be principal; put the injury first",
    "DUPLICATE_OF_PDX": "the principal diagnosis is repeated among the secondary ones; remove one",
    "AGE_CONFLICT": "does not fit the patient's age; check the age, then the code",
    "SEX_CONFLICT": "does not fit the patient's sex as given; check the sex, then the code",
    "MANIFESTATION_AS_PDX": "a manifestation cannot be principal; put the disease behind it first",
    "NONSPECIFIC_PDX": "too unspecific as principal diagnosis; look for more detail",
    "QUESTIONABLE_ADMISSION": "usually no reason for an inpatient stay; check the principal diagnosis",
    "QUESTIONABLE_OBSTETRIC_ADMISSION": "an obstetric stay without delivery as coded; check the outcome of delivery",
    "UNACCEPTABLE_PDX": "not accepted as principal diagnosis; look for the condition behind it",
    "REQUIRES_SDX": "needs a secondary diagnosis that says more",
    "NON_COVERED": "a procedure that Medicare does not cover",
    "LIMITED_COVERAGE": "covered only under conditions; check them before billing",
    "WRONG_PROCEDURE_PERFORMED": "says that a wrong procedure was done; billing rules for it apply",
    "UNSPECIFIED": "an unspecified side, where the record may give it; look, or say that it cannot be determined",
    "INVALID_AGE": "the age is not between 0 and 124",
    "INVALID_SEX": "the sex is neither male nor female",
    "INVALID_DISCHARGE_STATUS": "the discharge status is not a known one",
    "INVALID_ADMIT_DX": "the admitting diagnosis is not valid",
    "INCONSISTENT_WITH_LENGTH_OF_STAY": "does not fit the length of stay (96 hours of ventilation need four days)",
    "MEDICARE_IS_SECONDARY_PAYER": "another payer may come first",
    "NONSPECIFIC_OR": "an unspecific procedure; look for more detail",
    "OPEN_BIOPSY": "an open biopsy; check that it was not closed",
    "BILATERAL": "the same procedure on both sides; check that both were done",
}
_STOPS = frozenset({"INVALID_CODE", "E_CODE_AS_PDX", "MANIFESTATION_AS_PDX", "UNACCEPTABLE_PDX", "INVALID_AGE", "INVALID_SEX", "INVALID_DISCHARGE_STATUS", "SEX_CONFLICT"})


def mce(stay: Stay, editor: Editor, edition: str) -> tuple[Ruling, ...]:
    """The edits of a stay; a single "passed" ruling when there are none."""
    found = tuple(ruling for edit in editor.edit(stay) for ruling in _rulings(edit, edition))
    return found or (Ruling(rule="mce", verdict="passed", message="No edit of the Medicare Code Editor applies.", citation=_CITATION, edition=edition),)


def _rulings(edit: EditByEngine, edition: str) -> Iterator[Ruling]:
    base = "LIMITED_COVERAGE" if edit.name.startswith("LIMITED_COVERAGE") else edit.name
    means = _MEANS.get(base, base.replace("_", " ").lower())
    for subject in edit.subjects or ("",):
        yield Ruling(rule=f"mce/{edit.name.lower()}", verdict="error" if base in _STOPS else "warning",
                     message=f"{subject}: {means}." if subject else f"{means[:1].upper()}{means[1:]}.", citation=_CITATION, subject=subject, edition=edition)

"""What grouping needs to know of the patient."""
from __future__ import annotations

from charthouse.record.ruling import Ruling


def needs_patient() -> Ruling:
    """An error for an inpatient chart without age or sex: the grouper and the code editor depend on both."""
    return Ruling(rule="edits/patient", verdict="error", message="Not grouped: age (or birth date) and sex are needed. Give them with the encounter.",
                  citation="MS-DRG Definitions Manual; UB-04 FL 10, 11")

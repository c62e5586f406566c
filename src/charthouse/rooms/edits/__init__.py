"""Edits before a claim leaves: the Medicare Code Editor, and what the chart holds that the claim does not."""
from charthouse.rooms.edits.mce import mce
from charthouse.rooms.edits.patient import needs_patient
from charthouse.rooms.edits.procedures import uncoded_procedure

__all__ = ["mce", "needs_patient", "uncoded_procedure"]

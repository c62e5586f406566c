"""Evaluation and management: the level of a visit, from read elements and total time."""
from charthouse.rooms.coding.evaluation.level import evaluate
from charthouse.rooms.coding.evaluation.tables import VisitTables

__all__ = ["VisitTables", "evaluate"]

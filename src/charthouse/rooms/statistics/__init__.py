"""Statistics: the indexes of a department, and counts of what was coded."""
from charthouse.rooms.statistics.counts import Count, counted
from charthouse.rooms.statistics.indexes import Row, disease_index, operation_index, physician_index
from charthouse.rooms.statistics.patterns import codes_match
from charthouse.rooms.statistics.reports import REPORTS, leaving

__all__ = ["REPORTS", "Count", "Row", "codes_match", "counted", "disease_index", "leaving", "operation_index", "physician_index"]

"""Statistics: the indexes of a department, and counts of what was coded."""
from charthouse.rooms.statistics.counts import Count, counted
from charthouse.rooms.statistics.indexes import Row, disease_index, operation_index, physician_index
from charthouse.rooms.statistics.patterns import codes_match
from charthouse.rooms.statistics.reports import REPORTS
from charthouse.rooms.statistics.schedule import EVERY, FORMATS, Scheduled, period
from charthouse.rooms.statistics.table import leaving

__all__ = ["EVERY", "FORMATS", "REPORTS", "Count", "Row", "Scheduled", "codes_match", "counted", "disease_index", "leaving", "operation_index", "period", "physician_index"]

"""The chart: assembly, deficiency analysis and completion, copy-forward lineage, retention."""
from charthouse.rooms.chart.assemble import assemble
from charthouse.rooms.chart.completion import Clock, State, clocks, state, suspended
from charthouse.rooms.chart.contradictions import Opposites, contradictions, opposites
from charthouse.rooms.chart.deficiencies import deficiencies, found
from charthouse.rooms.chart.lineage import Lineage, trace
from charthouse.rooms.chart.requirements import Element, Requirement, elements, requirements
from charthouse.rooms.chart.retention import Period, StateRule, Term, periods, term
from charthouse.rooms.chart.visits import Arriving, Filed, Known, Link, links, visit_for

__all__ = [
    "Arriving", "Clock", "Element", "Filed", "Known", "Lineage", "Link", "Opposites", "Period", "Requirement", "State",
    "StateRule", "Term", "assemble", "clocks", "contradictions", "deficiencies", "elements", "found", "links",
    "opposites", "periods", "requirements", "state", "suspended", "term", "trace", "visit_for",
]

"""Assembly of the chart and copy-forward lineage."""
from charthouse.rooms.chart.assemble import assemble

__all__ = ["assemble"]

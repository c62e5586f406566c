"""Questions to providers about what the record says."""
from charthouse.rooms.cdi.compose import compose
from charthouse.rooms.cdi.lint import CITATION, lint
from charthouse.rooms.cdi.opportunities import Scan, Standing, opportunities, scan
from charthouse.rooms.cdi.support import Condition, conditions, unsupported

__all__ = ["CITATION", "Condition", "Scan", "Standing", "compose", "conditions", "lint", "opportunities", "scan", "unsupported"]

"""HCPCS and CPT lines: what was given, handed over or done at the visit, and procedures by a site's own CPT file."""
from charthouse.rooms.coding.services.lines import services
from charthouse.rooms.coding.services.tables import Drug, Service, ServiceTables

__all__ = ["Drug", "Service", "ServiceTables", "services"]

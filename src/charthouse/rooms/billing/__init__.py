"""Billing: whether a claim may go to the payer, and whether what the payer answered adds up."""
from charthouse.rooms.billing.balance import unbalanced
from charthouse.rooms.billing.numbers import npi_holds, taxonomy_holds
from charthouse.rooms.billing.scrub import scrubbed

__all__ = ["npi_holds", "scrubbed", "taxonomy_holds", "unbalanced"]

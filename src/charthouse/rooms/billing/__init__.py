"""Billing: whether a visit may be billed, the claim made of it, whether it may go to the payer, and what the payer answered comes to."""
from charthouse.rooms.billing.appeal import acknowledged, advised, in_time
from charthouse.rooms.billing.assemble import ALSO_MENDS, MENDS, assembled, for_next_payer
from charthouse.rooms.billing.balance import unbalanced
from charthouse.rooms.billing.causes import Cause, Causes, causes
from charthouse.rooms.billing.eob import read_eob
from charthouse.rooms.billing.forms import Place, Set, pages, places
from charthouse.rooms.billing.hold import covers_on, held
from charthouse.rooms.billing.numbers import npi_holds, taxonomy_holds
from charthouse.rooms.billing.pattern import Pattern, patterns
from charthouse.rooms.billing.payer import failing
from charthouse.rooms.billing.post import Account, Refused, mismatch, posted
from charthouse.rooms.billing.prices import price
from charthouse.rooms.billing.scrub import scrubbed

__all__ = ["ALSO_MENDS", "MENDS", "Account", "Cause", "Causes", "Pattern", "Place", "Refused", "Set", "acknowledged", "advised", "assembled", "causes", "covers_on", "failing", "for_next_payer", "held", "in_time", "mismatch", "npi_holds", "pages", "patterns", "places", "posted", "price", "read_eob", "scrubbed", "taxonomy_holds", "unbalanced"]

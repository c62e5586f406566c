"""The master patient index: whose registration it is."""
from charthouse.rooms.identity.against import overlay
from charthouse.rooms.identity.keys import keys
from charthouse.rooms.identity.pairs import followed, judged
from charthouse.rooms.identity.person import of_registration, of_row
from charthouse.rooms.identity.place import compared, place
from charthouse.rooms.identity.score import Weights, bits

__all__ = ["Weights", "bits", "compared", "followed", "judged", "keys", "of_registration", "of_row", "overlay", "place"]

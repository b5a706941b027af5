"""The identity-leak scanner: the people and parties of one dialogue, in every form a text may give them. Pure: no database, no web.

What it cannot find: paraphrase, two slips in one name, nicknames not registered, events ("the host of last month's dinner"), style. It
reduces slips by honest rapporteurs; it stops no determined leaker.
"""

from app.scanner.registry import BLOCK, KINDS, OVERRIDABLE, PASS, WARN, Hit, Party, Person, Registry, verdict_of
from app.scanner.scanning import scan

__all__ = ["BLOCK", "KINDS", "OVERRIDABLE", "PASS", "WARN", "Hit", "Party", "Person", "Registry", "scan", "verdict_of"]

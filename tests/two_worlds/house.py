"""Who is there: generated dialogues of two to four delegations, loaded once for each engine and copied for each world."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.engine import make_url

from app.access.bypass import unguarded
from app.access.work import Ground
from app.core import clock, entropy
from app.db.engine import make_engine
from app.db.revisions import upgrade
from app.dialogues.models import Person
from app.interchange.document import Document
from app.interchange.loading import load
from app.start import issue_token
from tests.cast import PASSPHRASE
from tests.conftest import Databases, settle

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WHY = "the harness of two worlds sets the stage"
CODE = "the-dialogue"
FAMILIES = (
    "Aalto",
    "Bergson",
    "Corvini",
    "Dahlke",
    "Eskola",
    "Fontana",
    "Grohe",
    "Halonen",
    "Ibsen",
    "Jokela",
    "Kinsky",
    "Lindroth",
)
STAFF = {"organiser": "organiser", "facilitator": "facilitator", "rapporteur": "rapporteur", "observer": "observer"}


def seeded(seed: object) -> Callable[[int], bytes]:
    """A source of bytes that is the same for the same seed."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed}:{count}".encode()).digest(size)

    return draw


@dataclass(frozen=True)
class Plan:
    """A dialogue's size. Everybody's login says the role: `a1` and `a2` are delegates of party A, `liaison-a` is its liaison."""

    parties: int
    delegates: int

    @cached_property
    def party_of(self) -> dict[str, str]:
        """Delegates and liaisons to their party."""
        codes = [chr(65 + number) for number in range(self.parties)]
        found = {f"{code.lower()}{n}": code for code in codes for n in range(1, self.delegates + 1)}
        return found | {f"liaison-{code.lower()}": code for code in codes}

    @cached_property
    def delegates_(self) -> tuple[str, ...]:
        return tuple(name for name in self.party_of if not name.startswith("liaison"))

    @cached_property
    def everybody(self) -> tuple[str, ...]:
        return (*STAFF, *self.party_of)

    def document(self) -> Document:
        return Document.model_validate(
            {
                "format": "dipoli/1",
                "dialogue": {"code": CODE, "title": {"en": "The dialogue"}},
                "parties": [
                    {"code": code, "neutral": f"Party {code}", "names": {"en": {"short": f"{code}land"}}}
                    for code in sorted(set(self.party_of.values()))
                ],
                "people": [self._person(number, login) for number, login in enumerate(self.everybody)],
                "memberships": [{"person": n, "roles": [_role(n)], "login": n} for n in self.everybody],
                "baskets": [
                    {"code": "B1", "title": {"en": "Energy"}, "changes": [{"state": "active", "on": "2026-01-01"}]}
                ],
            }
        )

    def _person(self, number: int, login: str) -> dict[str, Any]:
        family = FAMILIES[number % len(FAMILIES)] + "abcdefgh"[number // len(FAMILIES)]
        found = {"ref": login, "family": family, "given": "Kim", "demonstration": True}
        return found | ({"party": self.party_of[login]} if login in self.party_of else {})


def _role(login: str) -> str:
    return STAFF.get(login) or ("liaison" if login.startswith("liaison") else "participant")


PLANS = (Plan(2, 2), Plan(3, 2), Plan(4, 1))


class House:
    """A loaded dialogue on one engine. `tokens` and `people` by login."""

    def __init__(self, databases: Databases, plan: Plan, folder: Path) -> None:
        self.databases, self.plan, self.folder = databases, plan, folder
        self.url = databases.empty()
        self.engine, self.there = wandering_engine(databases)
        with clock.frozen(MOMENT), entropy.replaced(seeded(plan)):
            upgrade(self.url)
            ground = databases.ground(self.url, folder)
            load(ground, plan.document(), accounts=dict.fromkeys(plan.everybody, PASSPHRASE))
            self.tokens = {n: issue_token(ground, n, name="t", days=1, passphrase=PASSPHRASE) for n in plan.everybody}
            with unguarded(ground, WHY) as work:
                self.people = {row.ref: str(row.id) for row in work.db.scalars(select(Person))}
        ground.linkage.close()
        ground.engine.dispose()
        settle(self.url)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Ground]:
        """A database and a disposable store like this one's."""
        url = self.databases.copy(self.url)
        shutil.copytree(self.folder / "linkage", folder / "linkage")
        self.there.clear()
        self.there.update(make_url(url).translate_connect_args(username="user"))
        ground = replace(self.databases.ground(url, folder), engine=self.engine)
        try:
            yield ground
        finally:
            ground.engine.dispose()
            ground.linkage.close()
            self.databases.drop(url)


@cache
def wandering_engine(databases: Databases) -> tuple[Engine, dict[str, Any]]:
    """An engine that connects to whatever database stands in the dict: what it knows of statements is worth keeping."""
    engine, there = make_engine(databases.template), dict[str, Any]()

    @event.listens_for(engine, "do_connect")
    def _elsewhere(_dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> None:
        if engine.dialect.name == "sqlite":
            given[0] = there["database"]
        else:
            named["dbname"] = there["database"]

    return engine, there


_made: dict[tuple[str, Plan], House] = {}


def house(databases: Databases, plan: Plan) -> House:
    """Loaded once for each engine and process."""
    key = (databases.name, plan)
    if key not in _made:
        _made[key] = House(databases, plan, databases.folder / f"house{len(_made)}")
    return _made[key]

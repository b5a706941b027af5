"""Judge a whole document: references, doubles, cycles, dates, quantities. Every fault is found, each with its place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import available_timezones

from app.engine.cycles import Standing, cycle_ever
from app.engine.exchanges import Exchange, requirements
from app.engine.quantities import outstanding, undelivered
from app.interchange.document import Document
from app.interchange.document_registers import PositionDoc
from app.interchange.document_roadmap import DueDoc, QuantityDoc, WaiverDoc

Fault = tuple[tuple[str | int, ...], str]
"""(path in the document, sentence)."""


def faults_of(document: Document) -> list[Fault]:
    return [
        fault
        for judge in (_doubles, _references, _people, _dates, _quantities, _cycles, _zones)
        for fault in judge(document)
    ]


def _doubles(document: Document) -> Iterator[Fault]:
    for name in ("parties", "meetings"):
        yield from _double_codes(name, [part.code for part in getattr(document, name)])
    seen: set[str] = set()
    for name in ("texts", "baskets", "topics", "steps", "obstacles", "exchanges", "terms"):
        for index, part in enumerate(
            getattr(document, name)
        ):  # a line of the record names any of them by its code alone
            if part.code.casefold() in seen:
                yield (name, index, "code"), f"The code {part.code} is used twice."
            seen.add(part.code.casefold())
    yield from _double_codes("people", [person.ref for person in document.people], "ref")
    for index, meeting in enumerate(document.meetings):
        counts = Counter(item.ref for item in meeting.agenda)
        for ref in (ref for ref, count in counts.items() if count > 1):
            yield ("meetings", index, "agenda"), f"The item {ref} stands twice on this agenda."


def _double_codes(name: str, codes: list[str], field: str = "code") -> Iterator[Fault]:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield (name, index, field), f"The code {code} is used twice."


def _references(document: Document) -> Iterator[Fault]:
    """Every code that is named must be defined in this very document."""
    known = {
        "party": {p.code for p in document.parties},
        "person": {p.ref for p in document.people},
        "basket": {b.code for b in document.baskets},
        "topic": {t.code for t in document.topics},
        "text": {t.code for t in document.texts},
        "step": {s.code for s in document.steps},
        "node": {s.code for s in document.steps} | {o.code for o in document.obstacles},
        "exchange": {x.code for x in document.exchanges},
    }
    for path, kind, code in _named(document):
        if code is not None and code not in known[kind]:
            yield path, f"There is no {'step or obstacle' if kind == 'node' else kind} {code} in this document."
    yield from _waived(document)


Named = tuple[tuple[str | int, ...], str, str | None]


def _named(document: Document) -> Iterator[Named]:
    yield from _named_by_people(document)
    yield from _named_by_baskets(document)
    for i, meeting in enumerate(document.meetings):
        at = ("meetings", i)
        yield from _each((*at, "baskets"), "basket", meeting.baskets)
        yield (*at, "host"), "party", meeting.host
        yield from _each((*at, "chair"), "party", meeting.chair)
        yield from (((*at, "attendance", j, "person"), "person", a.person) for j, a in enumerate(meeting.attendance))
        yield from (((*at, "notes", j, "by"), "person", n.by) for j, n in enumerate(meeting.notes))
        for j, item in enumerate(meeting.agenda):
            yield from _each((*at, "agenda", j, "topics"), "topic", item.topics)
        if meeting.outcome:
            yield (*at, "outcome", "text"), "text", meeting.outcome.text
    yield from _named_by_registers(document)


def _named_by_people(document: Document) -> Iterator[Named]:
    yield from ((("people", i, "party"), "party", p.party) for i, p in enumerate(document.people))
    for i, mandate in enumerate(document.mandates):
        yield ("mandates", i, "person"), "person", mandate.person
        yield ("mandates", i, "party"), "party", mandate.party
        yield ("mandates", i, "basket"), "basket", mandate.basket
        yield ("mandates", i, "successor"), "person", mandate.successor
    for i, seat in enumerate(document.memberships):
        yield ("memberships", i, "person"), "person", seat.person
        yield ("memberships", i, "party"), "party", seat.party


def _named_by_baskets(document: Document) -> Iterator[Named]:
    for i, basket in enumerate(document.baskets):
        yield from _each(("baskets", i, "members"), "party", basket.members)
        yield from _each(("baskets", i, "chair"), "party", basket.chair)
    yield from ((("topics", i, "basket"), "basket", t.basket) for i, t in enumerate(document.topics))
    for i, obstacle in enumerate(document.obstacles):
        yield from _each(("obstacles", i, "baskets"), "basket", obstacle.baskets)


def _named_by_registers(document: Document) -> Iterator[Named]:
    for i, step in enumerate(document.steps):
        at = ("steps", i)
        yield (*at, "basket"), "basket", step.basket
        yield (*at, "text"), "text", step.text
        yield from _each((*at, "actors"), "party", step.actors)
        yield from (((*at, "positions", j, "party"), "party", p.party) for j, p in enumerate(step.positions))
        yield from (((*at, "due", "anchor"), "text", due.anchor) for due in _dues(step.due))
        for j, part in enumerate(step.quantity.delivered if step.quantity else []):
            yield (*at, "quantity", "delivered", j, "party"), "party", part.party
        for j, given in enumerate(step.quantity.handed_over if step.quantity else []):
            yield (*at, "quantity", "handed_over", j, "party"), "party", given.party
            yield from _each(
                (*at, "quantity", "handed_over", j, "agreements"), "party", [a.party for a in given.agreements]
            )
        for j, change in enumerate(step.changes):
            yield from _each((*at, "changes", j, "before"), "node", change.before)
    obstacles = {o.code for o in document.obstacles}
    baskets = {b.code for b in document.baskets}
    for i, link in enumerate(document.links):
        waits = "basket" if link.to in obstacles and link.step in baskets else "step"
        yield ("links", i, "from"), waits, link.step
        yield ("links", i, "to"), "node", link.to
        yield ("links", i, "by"), "party", link.by
    for i, exchange in enumerate(document.exchanges):
        yield from _each(("exchanges", i, "a"), "step", exchange.a)
        yield from _each(("exchanges", i, "b"), "step", exchange.b)
        yield from (
            (("exchanges", i, "readings", j, "party"), "party", r.party) for j, r in enumerate(exchange.readings)
        )
    for i, waiver in enumerate(document.waivers):
        yield ("waivers", i, "by"), "party", waiver.by
        yield ("waivers", i, "exchange"), "exchange", waiver.exchange
    for i, entry in enumerate(document.entries):
        yield ("entries", i, "party"), "party", entry.party
    for i, term in enumerate(document.terms):
        yield from ((("terms", i, "readings", j, "party"), "party", r.party) for j, r in enumerate(term.readings))
        yield from _each(("terms", i, "used_in"), "text", term.used_in)


def waived_link(document: Document, waiver: WaiverDoc) -> int | None:
    """The place of the link that a waiver names: the first that fits."""
    fits = (
        i
        for i, link in enumerate(document.links)
        if (link.kind, link.step, link.to) == ("requires", waiver.step, waiver.to) and waiver.of in (None, link.by)
    )
    return next(fits, None)


def _waived(document: Document) -> Iterator[Fault]:
    for i, waiver in enumerate(document.waivers):
        if waiver.step and waived_link(document, waiver) is None:
            yield ("waivers", i, "from"), f"There is no requirement of {waiver.step} to {waiver.to} in this document."
        if waiver.revoked and waiver.revoked < waiver.on:
            yield ("waivers", i, "revoked"), "The waiver is revoked before it is given."


def _each(path: tuple[str | int, ...], kind: str, codes: Iterable[str]) -> Iterator[Named]:
    yield from (((*path, index), kind, code) for index, code in enumerate(codes))


def _dues(due: DueDoc | None) -> Iterator[DueDoc]:
    if due is not None:
        yield due
        for part in due.earliest_of or ():
            yield from _dues(part)


def _people(document: Document) -> Iterator[Fault]:
    people = {person.ref: person for person in document.people}
    for i, seat in enumerate(document.memberships):
        person = people.get(seat.person)
        party = seat.party or (person.party if person else None)
        if {"participant", "liaison"} & set(seat.roles) and party is None:
            yield ("memberships", i, "party"), "A participant or a liaison belongs to a party."
        if seat.login and person and not person.demonstration:
            yield ("memberships", i, "login"), "Only an invented person gets a demonstration account."
    for i, meeting in enumerate(document.meetings):
        items = {item.ref for item in meeting.agenda}
        for j, note in enumerate(meeting.notes):
            if note.agenda not in items:
                yield ("meetings", i, "notes", j, "agenda"), f"There is no item {note.agenda} on this agenda."
            if note.by in people and not people[note.by].demonstration:
                yield ("meetings", i, "notes", j, "by"), "No words are put into the mouth of a real person."


def _dates(document: Document) -> Iterator[Fault]:
    for i, meeting in enumerate(document.meetings):
        if meeting.ends < meeting.starts:
            yield ("meetings", i, "ends"), "The meeting ends before it starts."
    for i, mandate in enumerate(document.mandates):
        if mandate.begins and mandate.ends and mandate.ends < mandate.begins:
            yield ("mandates", i, "ends"), "The mandate ends before it begins."
    yield from _dates_of_dues(document)
    yield from _dates_of_positions(document)
    yield from _dates_of_registers(document)


def _dates_of_registers(document: Document) -> Iterator[Fault]:
    for i, obstacle in enumerate(document.obstacles):
        if obstacle.lifted and obstacle.lifted < obstacle.raised:
            yield ("obstacles", i, "lifted"), "The obstacle is lifted before it is raised."
    for i, link in enumerate(document.links):
        if link.since and link.until and link.until < link.since:
            yield ("links", i, "until"), "The link ends before it begins."
    for i, exchange in enumerate(document.exchanges):
        if exchange.since and any(end.on < exchange.since for end in exchange.ends):
            yield ("exchanges", i, "ends"), "The exchange ends before it begins."
    for name in ("baskets", "topics", "steps"):
        for i, part in enumerate(getattr(document, name)):
            days = [change.on for change in part.changes]
            if days != sorted(days):
                yield (name, i, "changes"), "The changes of state must stand in the order in which they happened."


def _dates_of_positions(document: Document) -> Iterator[Fault]:
    """A party holds one position on a step at a time."""
    for i, step in enumerate(document.steps):
        last: dict[str, PositionDoc] = {}
        for j, held in sorted(enumerate(step.positions), key=lambda each: each[1].on or date.min):
            at, before = ("steps", i, "positions", j), last.get(held.party)
            if held.until and held.until < (held.on or date.min):
                yield (*at, "until"), "The position ends before it begins."
            elif before is not None and (held.on is None or held.on < (before.until or before.on or date.min)):
                yield (*at, "on"), f"{held.party} holds another position on this step on that day."
            last[held.party] = held


def _dates_of_dues(document: Document) -> Iterator[Fault]:
    adopted = {text.code: text.adopted for text in document.texts}
    for i, step in enumerate(document.steps):
        for due in _dues(step.due):
            if due.anchor in adopted and adopted[due.anchor] is not None and (due.days or 0) < 0:
                yield ("steps", i, "due", "days"), "This is due before its anchor."


def _quantities(document: Document) -> Iterator[Fault]:
    for i, step in enumerate(document.steps):
        quantity: QuantityDoc | None = step.quantity
        if quantity is None:
            continue
        delivered = [(part.party, part.quantity) for part in quantity.delivered if part.withdrawn is None]
        handed = [
            (part.party, part.quantity) for part in quantity.handed_over if part.revoked is None and part.agreed_on
        ]
        if undelivered(quantity.total, delivered) >= 0 > outstanding(quantity.total, delivered, handed):
            yield ("steps", i, "quantity", "handed_over"), "More is handed over than is left to deliver."
        elif undelivered(quantity.total, delivered) < 0:
            yield (
                ("steps", i, "quantity", "delivered"),
                f"More is delivered than the total of {quantity.total:g} {quantity.unit}.",
            )


def _cycles(document: Document) -> Iterator[Fault]:
    """Hard requirements must have an end, except inside one simultaneous exchange, whose steps come about together."""
    steps = {step.code for step in document.steps}
    links = [link for link in document.links if link.kind == "requires" and {link.step, link.to} <= steps]
    standing = [Standing(link.step, link.to, link.since, link.until) for link in links]
    for i, link in enumerate(document.links):
        if link.step == link.to:
            yield ("links", i, "to"), f"The step {link.step} requires itself."
            return
    over = {x.code: next((end.on for end in x.ends if end.is_final), None) for x in document.exchanges}
    together = [(*x.a, *x.b) for x in document.exchanges if x.order == "simultaneous" and over[x.code] is None]
    for x in document.exchanges:
        if x.order != "simultaneous":
            for each in requirements(Exchange(x.code, tuple(x.a), tuple(x.b), x.order)):
                standing += [Standing(step, target, x.since, over[x.code]) for step, target in each.pairs()]
    if cycle := cycle_ever(standing, together):
        yield ("links",), f"These steps require each other in a circle: {' → '.join(cycle)}."


def _zones(document: Document) -> Iterator[Fault]:
    known = available_timezones()
    zones: list[tuple[tuple[str | int, ...], str | None]] = [(("dialogue", "time_zone"), document.dialogue.time_zone)]
    zones += [(("parties", i, "time_zone"), p.time_zone) for i, p in enumerate(document.parties)]
    zones += [(("meetings", i, "time_zone"), m.time_zone) for i, m in enumerate(document.meetings)]
    yield from ((path, f"There is no time zone {zone}.") for path, zone in zones if zone and zone not in known)

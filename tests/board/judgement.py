"""What a board must say of a dialogue, straight from its document and in at most sixty lines, none of them the program's: every day is past."""


def effects(doc, stalled):
    """Code of every open step to its effect: these baskets stand still, and every obstacle that is not lifted."""
    steps = {s.code: s for s in doc.steps if s.changes[-1].state not in ("done", "withdrawn")}
    obstacles = {o.code for o in doc.obstacles if o.lifted is None}
    start = obstacles | {code for code, s in steps.items() if s.basket in stalled}
    hard = [(s, t) for s, t, actors in requirements(doc, steps) if not actors & replaced(doc.steps, s)]
    soft = [(s, li.to) for li in doc.links if li.kind == "linked" and not li.until for s in waiting(li, steps)]
    soft += [(s, o.code) for o in doc.obstacles for s in steps if steps[s].basket in o.baskets]
    soft += [p for x in doc.exchanges if order(x) == "disputed" for a in x.a for b in x.b for p in ((a, b), (b, a))]
    blocked, tied = (spread(start, pairs, {*steps, *obstacles}) for pairs in (hard, hard + soft))
    package = doc.dialogue.linkage_policy == "single-undertaking"
    rest = package and any(b.changes[-1].state != "concluded" for b in doc.baskets)
    other = {c: "provisional" if rest else "linked" if c in tied else "free" for c in steps}
    return other | dict.fromkeys(steps.keys() & blocked, "blocked")


def spread(found, pairs, known):
    while more := {s for s, t in pairs if t in found and s in known} - found:
        found = found | more
    return found


def waiting(link, steps):
    return [s for s in steps if link.step in (s, steps[s].basket)]


def requirements(doc, steps):
    """(step, target, whose requirement it is, where it is one party's) of all that nobody need waive any more."""
    actors = {s.code: set(s.actors) for s in doc.steps}
    members = {b.code: set(b.members) for b in doc.baskets}
    for li in (li for li in doc.links if li.kind == "requires" and not li.until):
        given = {w.by for w in doc.waivers if (w.step, w.to, w.of) == (li.step, li.to, li.by) and not w.revoked}
        both = members.get(li.step) or actors[li.step] | actors.get(li.to, set())
        if not ({li.by} if li.by else both) <= given:
            yield from ((s, li.to, {li.by} - {None}) for s in waiting(li, steps))
    for x in doc.exchanges:
        for side, own, other in (("a", x.a, x.b), ("b", x.b, x.a)):
            given = {w.by for w in doc.waivers if (w.exchange, w.side) == (x.code, side) and not w.revoked}
            waits = order(x) in ("simultaneous", "b-then-a" if side == "a" else "a-then-b")
            if waits and not set().union(*(actors[c] for c in (*x.a, *x.b))) <= given:
                yield from ((s, t, set()) for s in own for t in other)


def order(exchange):
    last = {r.party: r.order for r in exchange.readings}  # each party's latest word
    return "disputed" if set(last.values()) - {exchange.order} else exchange.order


def replaced(steps, code):
    """The actors of a step of which others do all that is left: per party what it took over or what it gave, whichever is more."""
    step = next(s for s in steps if s.code == code)
    q = step.quantity
    handed = [(h.party, h.quantity) for h in q.handed_over if not h.revoked] if q else []
    parts = [(d.party, d.quantity) for d in q.delivered] if q else []
    who = {p for p, _n in handed + parts}
    covered = sum(max(sum(n for p, n in each if p == one) for each in (handed, parts)) for one in who)
    return set(step.actors) if handed and covered >= q.total else set()

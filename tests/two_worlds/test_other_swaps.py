"""Three more secrets in which two worlds may differ: what a delegation keeps to itself, who is registered, who was there."""

from dataclasses import replace

import pytest

from tests.ground import dump
from tests.two_worlds.house import PLANS, house
from tests.two_worlds.observing import HOLDERS, differences, observe
from tests.two_worlds.scenario import Act, Scenario, scenario
from tests.two_worlds.world import telling

PLAN = PLANS[1]  # three delegations of two
SEEDS = range(900, 904)
ONE = "We could live with a date in spring."
OTHER = "No inspection, ever, of the second site."


def _seen(databases, folder, loop, told: Scenario, roles, holders=HOLDERS):
    """What these roles observe of a story, and of the database the shape: how many rows, how long each value."""
    with telling(house(databases, told.plan), folder, told.pair[0], loop) as world:
        world.play(told)
        found = {}
        for role in (*roles, *holders):
            found |= observe(world, role, told, door="program")
        return found, _shape(world.ground), world.said


def _shape(ground):
    lengths = {name: sorted(map(_lengths, rows)) for name, rows in dump.rows(ground).items()}
    return {name: rows for name, rows in lengths.items() if rows}


def _lengths(row):
    return [len(value) if isinstance(value, bytes | str) else 0 for value in row.values()]


def _with(told: Scenario, *acts: Act) -> Scenario:
    return replace(told, acts=(*told.acts, *acts))


def _kept(who: str, *texts: str) -> list[Act]:
    return [Act(who, "lodge", words="sealed", more=(text,)) for text in texts]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_delegation_keeps_to_itself(databases, tmp_path, loop, seed):
    """Another text: the same sizes on the disk. Another number of entries, or none: the same bytes to every person outside."""
    told = scenario(seed, plan=PLAN)
    outside = [name for name in (*PLAN.everybody, "stranger") if PLAN.party_of.get(name) != "A"]
    outside = [*outside[seed % 3 :: 3], "observer"]
    holders = ("logs", "export")
    versions = {
        "one": _kept("a1", ONE),
        "other": _kept("a1", OTHER),
        "two": _kept("a1", ONE, OTHER),
        "none": [Act("a1", "rest")],
    }
    seen = {}
    for name, acts in versions.items():
        mine = holders if name in ("one", "other") else ("export",)
        seen[name] = _seen(databases, tmp_path / name, loop, _with(told, *acts), outside, mine)
    one, shape, said = seen["one"]
    assert "lodge 201" in said
    assert differences(one, seen["other"][0]) == []
    assert shape == seen["other"][1]
    for name in ("two", "none"):
        persons = {where: value for where, value in one.items() if not where.startswith("logs")}
        assert differences(persons, seen[name][0]) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.sqlite_only("pages do not depend on the database")
def test_who_is_registered_seen_by_those_who_may_not_know(databases, tmp_path, loop, seed):
    """Observers, liaisons and strangers see no byte of whether it is X or Y; that a seat was given at all, only the log's length tells."""
    told = scenario(seed, plan=PLAN)
    outside = ("observer", "liaison-a", "liaison-b", "stranger")
    acts = {name: Act("organiser", "invite", words=name) for name in ("Xaver", "Ypsilanti")}
    x, y = (
        _seen(
            databases,
            tmp_path / name,
            loop,
            replace(told, looks=("/log", "/parties"), acts=(act, *told.acts)),
            outside,
            ("export",),
        )
        for name, act in acts.items()
    )
    assert "invite 201" in x[2]
    assert differences(_persons(x[0]), _persons(y[0])) == []
    rests = replace(told, looks=("/log", "/parties"), acts=(Act("organiser", "rest"), *told.acts))
    nobody, *_rest = _seen(databases, tmp_path / "nobody", loop, rests, outside, ())
    told_by_length = ("/log", "/releases/", "acknowledge")  # a release carries the log's checkpoint
    found = differences(_persons(x[0]), nobody)
    assert [where for where in found if not any(each in where for each in told_by_length)] == []


def _persons(seen):
    """An export is the organiser's: it names who is registered."""
    return {where: value for where, value in seen.items() if not where.startswith("export")}


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_there(databases, tmp_path, loop, seed):
    """X looks around, or Y does, or nobody: nobody else sees a difference, nor does the disk. That somebody asked, the server's log tells."""
    told = scenario(seed, plan=PLAN)
    x, y = _two_alike(told)
    around = [Act("?", "sign_in"), Act("?", "look", words="", door="browser"), Act("?", "look", words="/meetings")]
    visits = {who: [replace(act, who=who) for act in around] for who in (x, y)} | {"nobody": [Act(x, "rest")] * 3}
    outside = [name for name in (*told.pair, *PLAN.everybody, "stranger") if name not in (x, y)][seed % 4 :: 4]
    seen = {}
    for who, acts in visits.items():
        story = replace(told, acts=(*acts, *told.acts))
        holders = HOLDERS if who != "nobody" else tuple(name for name in HOLDERS if name != "logs")
        seen[who] = _seen(databases, tmp_path / who, loop, story, outside, holders)[0]
    assert _without_heard(differences(seen[x], seen[y]), x, y) == []
    seen[x] = {where: value for where, value in seen[x].items() if not where.startswith("logs")}
    assert _without_heard(differences(seen[x], seen["nobody"]), x, y) == []


def _two_alike(told):
    """Two of one role who are not signed in by the story itself."""
    signed_in = {act.who for act in told.acts if act.door == "browser" or act.verb == "sign_in"}
    idle = [name for name in PLAN.party_of if name not in told.pair and name not in signed_in]
    delegates, liaisons = [n for n in idle if n in PLAN.delegates_], [n for n in idle if n not in PLAN.delegates_]
    return (delegates if len(delegates) > 1 else liaisons)[:2]


def _without_heard(found, *who):
    return [where for where in found if not where.startswith(tuple(f"{name}: act" for name in who))]

"""The policy against a table written in other words than the policy itself, and every rule of it broken on purpose."""

from dataclasses import replace
from itertools import product

import pytest

from app.access import rules
from app.access.levels import Level, Role
from app.access.rules import RULES, Action, Rule, Thing, decide
from app.access.viewer import Viewer
from tests.figures import figure

# action: (weakest key that will do, who may, in which states). `-` is anybody, or any state.
EXPECTED = """
dialogue:read        reader  -                                      -
log:read             reader  -                                      -
board:read           reader  -                                      -
basket:stall         leader  organiser,facilitator                  exploratory,active
basket:lift          leader  organiser,facilitator                  stalled
basket:turn          leader  organiser,facilitator                  -
roadmap:keep         leader  organiser,facilitator                  -
requirement:waive    writer  participant,organiser,facilitator      -
reading:give         writer  participant,organiser,facilitator      -
term:keep            leader  organiser,facilitator                  -
mandate:hand         leader  organiser                              -
position:give        writer  participant                            -
delegation:read      writer  participant                            -
delegation:let-in    writer  participant                            -
letters:keep         reader  organiser,facilitator,rapporteur       -
lines:compare        reader  facilitator                            -
topic:add            leader  organiser,facilitator                  -
party:add            leader  organiser                              -
people:read          reader  -                                      -
invitation:answer    reader  -                                      -
invitation:issue     leader  organiser                              -
meeting:read         reader  -                                      -
meeting:add          leader  organiser,facilitator                  -
consent:give         reader  -                                      -
poll:answer          reader  -                                      -
poll:run             leader  organiser,facilitator                  -
meeting:admit        leader  facilitator,rapporteur                 -
meeting:close        leader  facilitator,rapporteur                 open
note:read            reader  -                                      -
note:post            writer  participant,facilitator,rapporteur     open
note:edit            writer  participant,facilitator,rapporteur     open
note:release         leader  facilitator,rapporteur                 open
seal:approve         writer  participant,facilitator,rapporteur     closed
entry:read           reader  -                                      -
entry:lodge          writer  participant                            -
entry:disclose       writer  participant                            -
summary:read         reader  -                                      -
summary:draft        writer  facilitator,rapporteur                 -
gate:override        writer  facilitator,rapporteur                 -
clearance:set        leader  facilitator                            -
release:cut          writer  facilitator,rapporteur                 -
release:read         reader  -                                      -
release:acknowledge  reader  liaison                                -
"""
KEYS = {"reader": Level.READ, "writer": Level.WRITE, "leader": Level.LEAD}
STATES = ("exploratory", "active", "stalled", "suspended", "open", "closed", "sealing", "sealed", None)
CELLS = list(product(Role, (None, *Level), STATES))


def _expected() -> dict[str, tuple[Level, set[str], set[str]]]:
    table = {}
    for line in EXPECTED.strip().splitlines():
        action, key, who, states = line.split()
        table[action] = (KEYS[key], set(who.split(",")) - {"-"}, set(states.split(",")) - {"-"})
    return table


def _verdict(action: str, role: Role, level: Level | None, state: str | None) -> str:
    """What the table above says, in one word."""
    weakest, who, states = _expected()[action]
    if level is None:
        return "hidden"
    if level < weakest or (who and role.value not in who):
        return "no"
    return "not now" if states and state not in states else "yes"


def _answer(action: Action, role: Role, level: Level | None, state: str | None) -> str:
    found = decide(Viewer(roles=frozenset({role})), action, Thing(level, state))
    assert not (found.allowed and (found.hidden or found.untimely))
    return "yes" if found.allowed else "hidden" if found.hidden else "not now" if found.untimely else "no"


def test_the_table_names_every_action():
    assert set(_expected()) == {action.value for action in RULES}


@pytest.mark.parametrize("action", RULES)
def test_policy_says_what_the_table_says(action):
    wrong = [cell for cell in CELLS if _answer(action, *cell) != _verdict(action.value, *cell)]
    assert wrong == []


def _broken(rule: Rule) -> list[Rule]:
    """Every way in which one rule can be a little wrong."""
    levels = [replace(rule, level=level) for level in Level if level != rule.level]
    roles = [replace(rule, roles=(rule.roles or frozenset(Role)) ^ {role}) for role in Role]
    states = [replace(rule, states=(rule.states or frozenset(filter(None, STATES))) ^ {s}) for s in STATES if s]
    return [*levels, *roles, *states, replace(rule, roles=rule.roles ^ frozenset(Role) if rule.roles else frozenset())]


@pytest.mark.parametrize("action", RULES)
def test_every_broken_rule_is_noticed(action, monkeypatch):
    sound = RULES[action]
    wrong = [broken for broken in _broken(sound) if broken != sound]
    for broken in wrong:
        monkeypatch.setitem(rules.RULES, action, broken)
        noticed = any(_answer(action, *cell) != _verdict(action.value, *cell) for cell in CELLS)
        assert noticed, broken
    figure("P6", rules_broken=len(wrong), noticed=len(wrong))


@pytest.mark.parametrize("action", RULES)
def test_no_key_hides_and_two_roles_give_what_either_gives(action):
    everything = Viewer(roles=frozenset(Role))
    assert all(decide(everything, action, Thing(None, state)).hidden for state in STATES)
    for level, state in product(Level, STATES):
        either = any(_answer(action, role, level, state) == "yes" for role in Role)
        assert decide(everything, action, Thing(level, state)).allowed == either

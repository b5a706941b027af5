"""The real case, day by day: what the board, the matrix and the exchanges must show."""

from datetime import date

import pytest

from app.access.work import reading, working
from app.baskets.commands import KeepLine
from app.baskets.service import keep_line
from app.board import ahead, printing, service, weighing
from app.dialogues.joining import operator_of
from app.interchange.dumping import dump

CASE = "six-party-talks"


@pytest.fixture
def here(ground):
    with reading(ground, operator_of(ground, CASE)) as made:
        yield made


def _steps(view):
    return {step.code: step for basket in view.baskets for step in basket.steps}


def test_the_isolation_clause_is_a_policy_from_its_day_on(here):
    before, after = (service.show_board(here, as_of=day) for day in (date(2007, 2, 12), date(2007, 2, 13)))
    assert (before.linkage_policy, after.linkage_policy) == ("independent", "coordinated-implementation")
    plans = weighing.show_impact(here, stalled=("DPRK-JP",), as_of=date(2008, 12, 31)).plans
    assert {plan.code: plan.effects.blocked for plan in plans} == {"JS": 1, "IA": 0, "SP": 3}


def test_from_march_to_june_2007_everything_waits_for_an_obstacle_outside_the_baskets(here):
    board = service.show_board(here, as_of=date(2007, 5, 1))
    assert board.stalled == ()
    assert (board.elsewhere.free, board.elsewhere.linked) == (0, 0)
    assert board.elsewhere.blocked == board.elsewhere.total > 10
    view = weighing.show_impact(here, stalled=(), obstacles=("BDA",), as_of=date(2007, 5, 1))
    assert {step.chain[-1] for step in _steps(view).values()} == {"BDA"}
    assert all(len(step.chain) == 2 for step in _steps(view).values())
    for quiet in (date(2007, 3, 1), date(2007, 7, 1)):
        assert service.show_board(here, as_of=quiet).elsewhere.blocked == 0
    lifted = next(o for o in service.show_board(here, as_of=date(2007, 7, 1)).obstacles if o.code == "BDA")
    assert lifted.lifted_on == date(2007, 6, 25)


def test_the_chain_of_2008_has_exactly_its_three_links(here):
    view = weighing.show_impact(here, stalled=("DPRK-JP",), as_of=date(2008, 12, 31))
    steps = _steps(view)
    assert steps["SP1"].chain == ("SP1", "SP7-JP", "SP6")
    assert [steps[code].basket for code in steps["SP1"].chain] == ["DENUC", "ENERGY", "DPRK-JP"]
    assert {code for code, step in steps.items() if step.effect == "blocked" and step.basket != "DPRK-JP"} == {
        "SP1",
        "SP7-JP",
    }
    assert [(edge.step, edge.target, edge.party) for edge in steps["SP1"].border] == [("SP7-JP", "SP6", "Japan")]
    earlier = _steps(weighing.show_impact(here, stalled=("DPRK-JP",), as_of=date(2008, 7, 15)))
    assert (earlier["SP1"].effect, earlier["SP7-JP"].effect) == ("free", "linked")


def test_a_substitute_supplier_for_200_000_tonnes_frees_it(here):
    found = weighing.show_impact(here, stalled=("DPRK-JP",), as_of=date(2008, 12, 31)).freeing
    assert found.is_exact
    best = {(option.acts[0].kind, option.acts[0].what): option for option in found.options}
    substitute = best["substitute", "SP7-JP: 200,000 t"]
    assert set(substitute.frees) == {"SP1", "SP7-JP"}
    assert substitute.acts[0].who == ("DPRK",)
    waiver = best["waive", "SP7-JP → SP6"]
    assert (set(waiver.frees), waiver.acts[0].who) == ({"SP1", "SP7-JP"}, ("Japan",))
    assert len(found.everything.acts) == 1


@pytest.mark.parametrize(
    ("order", "parties", "waits", "stalled", "blocked"),
    [
        ("b-then-a", ("DPRK",), ("JS1a",), "ENERGY", "JS1a"),
        ("a-then-b", ("United States", "Japan", "Russia"), ("JS1d",), "DENUC", "JS1d"),
    ],
)
def test_the_disputed_order_of_20_september_2005_under_either_reading(here, order, parties, waits, stalled, blocked):
    def readings(day):
        view = weighing.show_impact(here, stalled=(stalled,), as_of=day)
        return view, [each for state in view.exchanges for each in state.readings if state.exchange.code == "X-LWR"]

    view, found = readings(date(2005, 9, 20))
    reading_ = next(each for each in found if each.order == order)
    assert (reading_.parties, reading_.waits, reading_.blocks) == (parties, waits, waits)
    assert reading_.under_stall == (blocked,)
    assert next(each for each in found if each.order != order).under_stall == ()
    assert _steps(view)[blocked].effect == "linked"  # while it is disputed, it blocks nothing
    assert readings(date(2005, 9, 19))[1] == []


def test_in_february_2009_the_security_mechanism_is_free_while_denuclearisation_stalls(here):
    board = service.show_board(here, as_of=date(2009, 2, 20))
    cards = {card.code: card for card in board.baskets}
    assert board.stalled == ("DENUC",)
    assert cards["NEAPS"].state == "active"
    assert (cards["NEAPS"].effects.blocked, cards["NEAPS"].line.last.code) == (0, "WG-NE-3")
    assert _steps(weighing.show_impact(here, stalled=("DENUC",), as_of=date(2009, 2, 20)))["NE1"].effect == "free"
    row = next(row for row in weighing.show_matrix(here, as_of=date(2009, 2, 20)).rows if row.basket == "DENUC")
    assert row.elsewhere.blocked == 0
    assert row.independence == 12 / 15


def test_an_exchange_done_on_one_side_is_out_of_step_until_the_other_follows(here):
    def declared(day):
        found = weighing.show_exchanges(here, as_of=day).exchanges
        return next(state for state in found if state.exchange.code == "X-DECL")

    assert declared(date(2008, 7, 1)).out_of_step == ("SP3",)
    assert declared(date(2008, 10, 12)).out_of_step == ()
    assert declared(date(2008, 6, 1)).out_of_step == ()


def test_the_line_of_a_basket_falls_silent_and_the_board_says_what_would_keep_it_open(ground, here):
    """Nothing was agreed on silence then; here it is agreed now, and looked at as of then."""
    with working(ground, operator_of(ground, CASE)) as work:
        keep_line(work, "NEAPS", KeepLine(days=180, happened_on=date(2007, 3, 1)))
    silent = next(c for c in service.show_board(here, as_of=date(2008, 6, 1)).baskets if c.code == "NEAPS").line
    assert (silent.last.code, silent.next, silent.interval) == ("WG-NE-2", None, 180)  # the next was held too late
    assert silent.silent_since == date(2008, 2, 18)
    assert silent.smallest.parties[0] == "Russia"
    assert len(silent.smallest.parties) == 2
    kept = next(c for c in service.show_board(here, as_of=date(2009, 2, 21)).baskets if c.code == "NEAPS").line
    assert (kept.silent_since, kept.smallest) == (None, None)


def test_every_event_is_on_the_line_and_leads_to_its_neighbours(here):
    line = service.show_board(here, as_of=date(2007, 6, 25)).line
    happened = {day.on: {(event.code, event.what) for event in day.events} for day in line.days}
    assert ("BDA", "lifted") in happened[date(2007, 6, 25)]
    assert ("IA", "adopted") in happened[date(2007, 2, 13)]
    assert ("IA1", "missed") in happened[date(2007, 4, 14)]
    assert ("DENUC", "stalled") in happened[date(2008, 12, 11)]
    assert (line.before, line.after) == (date(2007, 4, 14), date(2007, 7, 15))
    assert ("SP1", "requires-from") in happened[date(2008, 12, 29)]  # the DPRK's condition that completes the chain
    assert ("SP7-JP", "requires-from") in happened[date(2008, 10, 1)]  # Japan's
    assert {("X-LWR", "exchange-from"), ("X-LWR", "reading")} <= happened[date(2005, 9, 20)]
    assert ("DENUC", "requires-from") in happened[date(2007, 3, 22)]  # a political weight becomes a requirement
    assert ("DENUC", "requires-until") in happened[date(2007, 6, 25)]
    assert ("", "coordinated-implementation") in happened[date(2007, 2, 13)]
    assert ("R1", "met") in happened[date(2003, 8, 27)]
    assert max(happened) <= here.today  # what is planned has not happened


def test_the_line_shows_the_chosen_day_in_the_middle_whether_or_not_something_happened_on_it(here):
    def near(*day):
        return [each.on for each in service.show_board(here, as_of=date(*day)).line.near]

    assert near(2007, 4, 14)[2] == date(2007, 4, 14)
    assert near(2007, 5, 1) == [
        date(2007, 3, 22),
        date(2007, 4, 14),
        date(2007, 5, 1),
        date(2007, 6, 25),
        date(2007, 7, 15),
    ]
    assert near(1990, 1, 1)[0] == date(1990, 1, 1)
    assert near(2026, 11, 24)[-1] == date(2026, 11, 24)


def test_waivers_and_shares_handed_over_are_days_of_the_line_too(ground, here, program):
    act = {"happened_on": "2026-11-20", "reason": "To go on"}
    link = next(t.key for t in ahead.show_step(here, "SP7-JP").facts.waits_for if t.code == "SP6")
    base = f"/dialogues/{CASE}"
    waived = program("tachibana").call("POST", f"{base}/requirements/{link}/waive", act | {"party": "JP"})
    assert waived.status_code == 201, waived.text
    share = act | {"party": "RU", "quantity": 1000, "agreed": ["KP", "RU"]}
    assert program("organiser").call("POST", f"{base}/roadmap/SP7-JP/handovers", share).status_code == 201
    with reading(ground, operator_of(ground, CASE)) as later:
        days = service.show_board(later).line.days
    happened = {(e.code, e.what, e.other_title) for day in days if day.on == date(2026, 11, 20) for e in day.events}
    assert {("SP7-JP", "waived", "Japan"), ("SP7-JP", "handed-over", "Russia")} <= happened


@pytest.mark.parametrize("code", ["SP7-JP", "SP6", "VP", "IA8", "IA10", "SP8", "IA9", "SP1"])
def test_what_came_of_a_step_is_not_told_on_a_day_that_could_not_know_it(here, code):
    first = min(c.happened_on for c in ahead.show_step(here, code).facts.changes)
    assert ahead.show_step(here, code).facts.outcome
    assert ahead.show_step(here, code, as_of=first).facts.outcome is None


def test_a_policy_is_set_from_a_day_on_and_the_days_before_keep_theirs(program, visit, ground):
    organiser, base = program("organiser"), f"/dialogues/{CASE}"
    said = {"policy": "single-undertaking", "happened_on": "2026-11-20", "reason": "Agreed at the workshop"}
    assert program("liang").call("POST", f"{base}/linkage", said).status_code == 403
    for wrong, field in (
        ({"happened_on": "2007-02-12"}, "happened_on"),
        ({"happened_on": "2026-12-31"}, "happened_on"),
        ({"policy": "coordinated-implementation"}, "policy"),
    ):
        assert organiser.call("POST", f"{base}/linkage", said | wrong).json()["errors"].keys() == {field}
    assert organiser.call("POST", f"{base}/linkage", said).status_code == 201
    days = ("2007-02-12", "2026-11-19", "2026-11-20")
    boards = [organiser.get(f"{base}?as_of={day}") for day in days]
    assert [board["linkage_policy"] for board in boards] == [
        "independent",
        "coordinated-implementation",
        "single-undertaking",
    ]
    assert "single-undertaking" in {e["what"] for d in boards[0]["line"]["days"] for e in d["events"]}
    effects = [{s["effect"] for s in organiser.get(f"{base}/roadmap?as_of={day}")["steps"]} for day in days[1:]]
    assert ("provisional" in effects[0], "provisional" in effects[1], "free" in effects[1]) == (False, True, False)
    assert "Agreed at the workshop" in visit("organiser").get(f"{base}/linkage").text
    kept = dump(ground, CASE).dialogue
    assert (kept.linkage_policy, [c.policy for c in kept.linkage_changes]) == (
        "coordinated-implementation",
        ["single-undertaking"],
    )


def test_an_obstacle_names_the_baskets_it_holds_apart_from_those_it_is_only_tied_to(program, visit):
    organiser, base = program("organiser"), f"/dialogues/{CASE}"
    raised = {"code": "OB1", "title": "A launch", "raised_on": "2026-11-20", "baskets": ["NEAPS"]}
    tie = {"basket": "ENERGY", "kind": "requires", "since": "2026-11-20", "reason": "So it was said"}
    assert organiser.call("POST", f"{base}/obstacles/new", raised).status_code == 201
    assert organiser.call("POST", f"{base}/obstacles/OB1/links", tie).status_code == 201
    board = organiser.get(base)
    found = next(o for o in board["obstacles"] if o["code"] == "OB1")
    assert (found["holds"], found["baskets"]) == (["ENERGY"], ["NEAPS"])
    assert [c["code"] for c in board["baskets"] if "OB1" in c["obstacles"]] == ["ENERGY", "NEAPS"]
    page = visit("organiser").get(base).text
    assert ("holds ENERGY; tied politically: NEAPS" in page) is True


def test_the_command_line_says_the_same(ground):
    view = printing.impact(ground, CASE, stalled=("DPRK-JP",), as_of=date(2008, 12, 31))
    assert '"border": [\n' in printing.as_json(view).replace("\r", "")
    assert "independence" in printing.matrix_as_text(printing.matrix(ground, CASE, as_of=date(2009, 2, 20)))


@pytest.mark.parametrize("stalled", [(), ("DPRK-JP",), ("ENERGY", "DPRK-JP")])
def test_an_impact_in_words_says_the_whole_answer(ground, stalled):
    """Whatever stands still: who waits for what and why, and what would free it."""
    view = printing.impact(ground, CASE, stalled=stalled, as_of=date(2008, 12, 31))
    text = printing.impact_as_text(view)
    assert ("As it really stands" in text) == (not stalled)
    assert all(code in text for code in (*view.stalled, *view.obstacles))
    for step in (step for basket in view.baskets for step in basket.steps):
        assert f"{step.code:<10} {step.title}" in text
        assert all(link.reason in text for link in step.links if link.reason)
    assert ("there is nothing to waive" in text) == (not stalled)
    assert all(act.what in text for option in view.freeing.options for act in option.acts)
    assert all(reading.order in text for state in view.exchanges for reading in state.readings)


def test_a_day_on_which_nothing_stands_still_says_so(ground):
    view = printing.impact(ground, CASE, stalled=(), as_of=date(2007, 7, 20))
    assert (view.stalled, view.obstacles) == ((), ())
    assert "No basket stands still and no obstacle weighs on this day." in printing.impact_as_text(view)


def test_a_matrix_in_words_has_every_cell(ground):
    view = printing.matrix(ground, CASE, as_of=date(2007, 4, 20))
    parts = printing.matrix_as_text(view).split("\n\n")
    for row in view.rows:
        part = next(part for part in parts if part.startswith(f"{row.basket}  {row.title} ("))
        named = [line.split()[0] for line in part.splitlines()[2:]]
        assert named == [cell.basket for cell in row.cells if cell and cell.effects.total]
    assert view.weights
    assert all(f"Obstacle {each.code}  {each.title}: blocks {each.blocks}" in parts[-1] for each in view.weights[-1:])


def test_in_spring_2007_lifting_the_obstacle_frees_all_and_only_smallest_sets_are_listed(here):
    found = weighing.show_impact(here, stalled=(), obstacles=("BDA",), as_of=date(2007, 4, 20)).freeing
    assert found.lifting == (("BDA", 18),)
    assert found.blocked == 18
    alone = [option.acts[0].what for option in found.options if len(option.acts) == 1]
    assert set(alone[:2]) == {"DENUC → BDA", "ENERGY → BDA"}
    pair = next(option for option in found.options if len(option.acts) == 2)
    assert {act.what for act in pair.acts} == {"DENUC → BDA", "IA1 → BDA"}
    assert "IA1" in pair.frees
    assert all("IA1" not in option.frees for option in found.options if len(option.acts) == 1)


def test_a_requirement_of_a_whole_basket_is_named_after_the_basket(here):
    steps = _steps(weighing.show_impact(here, stalled=(), obstacles=("BDA",), as_of=date(2007, 4, 20)))
    assert sorted(edge.step for edge in steps["IA1"].border) == ["DENUC", "IA1"]

"""What can be done now: never what waits for something that is not done."""

from datetime import date

from hypothesis import given, settings

from app.access.work import reading
from app.board import ahead
from app.dialogues.joining import operator_of
from app.engine.isolation import Effect, effects
from app.engine.ladder import ready
from tests.engine import worlds

CASE = "six-party-talks"


@settings(max_examples=800, deadline=None)
@given(worlds.roadmaps(), worlds.stalls, worlds.weights)
def test_no_step_with_an_unmet_requirement_is_ever_offered(roadmap, stalled, weighing):
    free = [step.code for step in effects(roadmap, stalled, weighing) if step.effect is not Effect.BLOCKED]
    offered = ready(roadmap, free)
    pairs = {pair for each in roadmap.requirements for pair in each.pairs()}
    there = {*roadmap.steps, *roadmap.obstacles}
    unmet = {(step, target) for step, target in pairs if step in roadmap.steps and target in there}
    for step in offered:
        targets = {target for waiting, target in unmet if waiting == step}
        assert offered[step] == targets
        assert all((target, step) in unmet and target in offered for target in targets)
    # And it is the largest such set: whoever waits for nothing, or for one that waits only for it, is there.
    for step in free:
        targets = {target for waiting, target in unmet if waiting == step}
        mutual = all(t in free and {x for s, x in unmet if s == t} == {step} for t in targets) and len(targets) <= 1
        assert not mutual or step in offered


def _offered(here, day):
    return {step.code: step for step in ahead.show_next(here, as_of=day).steps}


def test_steps_that_wait_for_another_are_not_offered_in_the_real_case(ground):
    with reading(ground, operator_of(ground, CASE)) as here:
        october = _offered(here, date(2008, 10, 11))
        assert not {"P3", "SP1", "SP7-JP"} & october.keys()  # each requires a step that is not done
        assert {"VP", "SP7", "SP6"} <= october.keys()
        view = ahead.show_next(here, as_of=date(2008, 10, 11))
        assert (view.left_out.blocked, view.left_out.waiting) == (0, 3)
        exchanged = _offered(here, date(2008, 6, 1))
        assert (exchanged["SP3"].together, exchanged["SP5"].together) == (("SP5",), ("SP3",))
        assert exchanged["JS1b"].is_standing
        assert "JS1b" in {step.code for step in view.rest}


def test_while_everything_waits_for_an_obstacle_it_is_named(ground):
    with reading(ground, operator_of(ground, CASE)) as here:
        view = ahead.show_next(here, as_of=date(2007, 4, 14))
    assert (view.steps, view.packages) == ((), ())
    assert (view.left_out.blocked, view.left_out.holders) == (18, (("BDA", "Frozen accounts at a bank in Macao"),))


def test_a_package_draws_on_what_is_offered_and_names_only_interests_that_are_open(program):
    view = program("liang").get(f"/dialogues/{CASE}/next")
    offered = {step["code"] for step in view["steps"] if not step["is_standing"]}
    assert view["packages"]
    for package in view["packages"]:
        codes = [code for code, _title in package["steps"]]
        assert set(codes) <= offered
        assert sorted(code for side in package["sides"] for code in side) == sorted(codes)
    served = {code for package in view["packages"] for each in package["serves"] for code, _words in each["interests"]}
    shared = {
        entry["code"]
        for entry in program("liang").get(f"/dialogues/{CASE}/registers")["entries"]
        if entry["disclosure"] == "shared" and entry["kind"] == "interest"
    }
    assert served
    assert served <= shared


def test_a_confided_interest_is_used_for_packages_and_never_shown(program):
    """Japan's only interest is confided: the facilitator's packages serve Japan, and nobody learns by what."""
    japan, facilitator = program("tachibana"), program("facilitator")
    mine = [e for e in japan.get(f"/dialogues/{CASE}/registers")["entries"] if e["is_own"] and e["kind"] == "interest"]
    for entry in mine:
        path = f"/dialogues/{CASE}/registers/{entry['id']}/withdraw"
        assert japan.call("POST", path, {}).status_code == 200
    lodged = {"kind": "interest", "text": "A quiet word first.", "authority": "delegation", "capacity": "expert"}
    answer = japan.call("POST", f"/dialogues/{CASE}/registers", lodged | {"touches": ["D-4"]})
    entry = next(e for e in answer.json()["entries"] if e["text"] == "A quiet word first.")
    before = facilitator.get(f"/dialogues/{CASE}/next")["packages"]
    confide = f"/dialogues/{CASE}/registers/{entry['id']}/disclose"
    assert japan.call("POST", confide, {"disclosure": "confided"}).status_code == 200
    after = facilitator.call("GET", f"/dialogues/{CASE}/next")
    served = [each for package in after.json()["packages"] for each in package["serves"] if each["party"] == "Japan"]
    assert served
    assert not [each for package in before for each in package["serves"] if each["party"] == "Japan"]
    assert all(each["interests"] == [] for each in served)
    assert "A quiet word" not in after.text
    assert entry["code"] not in after.text


def test_what_one_s_own_side_keeps_back_is_named_to_it_and_to_nobody_else(program):
    """By her own line, and by her own objection; what others keep sealed is told nobody, not even as a number."""
    tachibana, liang = program("tachibana"), program("liang")
    kept_back = tachibana.get(f"/dialogues/{CASE}/next")["left_out"]["own"]
    assert "NE1" not in kept_back
    before = liang.get(f"/dialogues/{CASE}/next")
    objection = {"view": "crosses-a-line", "disclosure": "sealed"}
    assert tachibana.call("POST", f"/dialogues/{CASE}/roadmap/NE1/position", objection).status_code == 200
    line = {"kind": "red-line", "text": "Not this one.", "touches": ["D-6"]}
    assert tachibana.call("POST", f"/dialogues/{CASE}/registers", line).status_code == 201
    after = tachibana.get(f"/dialogues/{CASE}/next")
    assert {"NE1", "D-6"} <= set(after["left_out"]["own"])
    assert not {"NE1", "D-6"} & {step["code"] for step in after["steps"]}
    assert liang.get(f"/dialogues/{CASE}/next") == before
    shared = objection | {"disclosure": "shared-without-attribution"}
    assert tachibana.call("POST", f"/dialogues/{CASE}/roadmap/NE1/position", shared).status_code == 200
    now = liang.get(f"/dialogues/{CASE}/next")
    assert "NE1" not in {step["code"] for step in now["steps"]}
    assert now["left_out"]["shared"] == [*before["left_out"]["shared"], "NE1"]  # as its own page tells everybody
    assert now["left_out"] | {"shared": ()} == before["left_out"] | {"shared": ()}


def test_a_political_tie_empties_no_list(program):
    organiser = program("organiser")
    before = organiser.get(f"/dialogues/{CASE}/next")
    raised = {
        "code": "QUARREL",
        "title": "A quarrel",
        "baskets": ["ENERGY"],
        "raised_on": "2026-11-24",
        "reason": "Words",
    }
    assert organiser.call("POST", f"/dialogues/{CASE}/obstacles/new", raised).is_success
    after = organiser.get(f"/dialogues/{CASE}/next")
    assert {step["code"] for step in after["steps"]} == {step["code"] for step in before["steps"]}
    tied = {step["code"] for step in after["steps"] if step["is_tied"]}
    assert tied == {step["code"] for step in after["steps"] if step["basket"] == "ENERGY"} | {
        step["code"] for step in before["steps"] if step["is_tied"]
    }
    assert tied


def test_a_step_s_page_does_not_say_that_nobody_objects_beside_a_line_that_it_touches(program, visit):
    line = {"kind": "red-line", "text": "Not this one.", "touches": ["NE1"], "disclosure": "shared"}
    assert program("tachibana").call("POST", f"/dialogues/{CASE}/registers", line).status_code == 201
    for path in ("roadmap/NE1", "roadmap/NE1/position"):
        page = visit("liang").get(f"/dialogues/{CASE}/{path}").text
        assert "a line that it touches" in page
        assert "no objection known" not in page
        assert "No objection of others is known" not in page
    hers = visit("tachibana").get(f"/dialogues/{CASE}/roadmap/NE1").text
    assert "No objection of others is known" in hers  # her own line is not another's


def test_what_was_confided_to_a_facilitator_is_used_and_in_no_number(program):
    """The American line on SP7 is confided in the case: he reads it, and no result of his counts or names the step it touches."""
    facilitator = program("facilitator")
    found = facilitator.get(f"/dialogues/{CASE}/next")
    assert "SP7" not in {step["code"] for step in found["steps"]}
    assert found["left_out"]["own"] == []
    assert "SP7" not in found["left_out"]["shared"]

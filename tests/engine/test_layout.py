"""Where steps stand on the sheet: what is waited for to the left, lanes apart, nothing upon anything else."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.layout import HEIGHT, LANE_HEAD, MOST_ROWS, WIDTH, lay_out, ranks, related

LANES = ("X", "Y", "Z")
NAMES = [f"S{n}" for n in range(20)]
pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=25)
SOME = settings(max_examples=200, deadline=None)


def _longest(code, waits):
    return max((1 + _longest(target, waits) for step, target in waits if step == code), default=0)


def test_a_column_is_the_longest_way_to_what_waits_for_nothing():
    waits = [("C", "B"), ("B", "A"), ("C", "A"), ("D", "A"), ("D", "not here")]
    assert ranks("ABCDE", waits) == {"A": 0, "B": 1, "C": 2, "D": 1, "E": 0}


@SOME
@given(pairs)
def test_columns_are_longest_ways_where_there_is_no_circle(drawn):
    waits = [(s, t) for s, t in drawn if NAMES.index(t) < NAMES.index(s)]
    assert ranks(NAMES, waits) == {code: _longest(code, waits) for code in NAMES}


@SOME
@given(pairs)
def test_a_circle_is_cut_somewhere_and_everything_gets_a_column(drawn):
    found = ranks(NAMES, drawn)
    assert found.keys() == set(NAMES)
    assert all(0 <= rank < len(NAMES) for rank in found.values())


@SOME
@given(pairs, st.sampled_from(NAMES))
def test_related_is_all_before_and_all_behind_and_nothing_else(drawn, focus):
    def reach(start, ways):
        found = {start}
        while more := {t for s, t in ways if s in found} - found:
            found |= more
        return found

    back = [(t, s) for s, t in drawn]
    assert related(iter(drawn), focus) == reach(focus, drawn) | reach(focus, back)


@SOME
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LANES)), pairs, pairs)
def test_every_step_has_a_place_of_its_own_in_its_basket_s_lane_on_the_sheet(steps, drawn, political):
    hard = [(s, t) for s, t in drawn if NAMES.index(t) < NAMES.index(s)]
    sheet = lay_out(LANES, steps, hard, political)
    boxes = {box.code: box for box in sheet.boxes}
    assert boxes.keys() == steps.keys()
    for one, other in combinations(sheet.boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
    lanes = {lane.name: lane for lane in sheet.lanes}
    assert list(lanes) == [name for name in LANES if name in steps.values()]
    for one, other in zip(sheet.lanes, sheet.lanes[1:], strict=False):
        assert one.y + one.height <= other.y
    for code, box in boxes.items():
        lane = lanes[steps[code]]
        assert lane.y <= box.y < box.y + HEIGHT <= lane.y + lane.height <= sheet.height
        assert LANE_HEAD <= box.x < box.x + WIDTH <= sheet.width
    shown = [(s, t) for s, t in hard if s in steps and t in steps]
    assert all(boxes[t].x + WIDTH <= boxes[s].x for s, t in shown)


@SOME
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LANES)), pairs, pairs)
def test_an_arrow_for_every_tie_once_from_what_waits_to_what_it_waits_for(steps, hard, political):
    sheet = lay_out(LANES, steps, hard, political)
    boxes = {box.code: box for box in sheet.boxes}
    expected = {(s, t, is_hard) for ties, is_hard in ((hard, True), (political, False)) for s, t in ties}
    drawn = [(a.step, a.target, a.is_hard) for a in sheet.arrows]
    assert sorted(drawn) == sorted(e for e in expected if e[0] in steps and e[1] in steps)
    for arrow in sheet.arrows:
        step, target = boxes[arrow.step], boxes[arrow.target]
        begins, ends = arrow.path[1:].split("C")[0], arrow.path.split(" ")[-2:]
        assert begins == f"{step.x} {step.y + HEIGHT // 2}"
        assert int(ends[0]) == (target.x + WIDTH if target.x < step.x else target.x)
        assert int(ends[1]) == target.y + HEIGHT // 2


def test_more_steps_than_rows_stand_side_by_side():
    sheet = lay_out("X", dict.fromkeys(NAMES, "X"), [], [])
    assert len({box.x for box in sheet.boxes}) == -(-len(NAMES) // MOST_ROWS)

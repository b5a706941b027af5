"""What is drawn of a roadmap can be read: lines keep off boxes, exchanges are one line, a focus reaches as far as it says."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.layout import HEIGHT, WIDTH, distances, folded, lay_out, related

LANES = ("X", "Y", "Z")
NAMES = [f"S{n}" for n in range(20)]
pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=25)
SOME = settings(max_examples=150, deadline=None)


def _points(path):
    """The path as points close enough together to see what it runs over (SVG: M, cubic C, L)."""
    numbers = [float(n) for n in re.findall(r"-?\d+", path)]
    here, rest = tuple(numbers[:2]), numbers[2:]
    for command in re.findall("[CL]", path):
        take = 6 if command == "C" else 2
        ends = [here, *zip(rest[:take:2], rest[1:take:2], strict=True)]
        rest = rest[take:]
        for n in range(33):
            t = n / 32
            if command == "L":
                yield tuple((1 - t) * a + t * b for a, b in zip(*ends, strict=True))
            else:
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                yield tuple(sum(w * p[i] for w, p in zip(weights, ends, strict=True)) for i in (0, 1))
        here = ends[-1]


@SOME
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LANES)), pairs, pairs)
def test_no_line_runs_over_a_box_and_none_leaves_the_sheet(steps, drawn, political):
    sheet = lay_out(LANES, steps, [(s, t) for s, t in drawn if s != t], [(s, t) for s, t in political if s != t])
    for arrow in sheet.arrows:
        for x, y in _points(arrow.path):
            assert 0 <= x <= sheet.width
            assert 0 <= y <= sheet.height
            inside = [b.code for b in sheet.boxes if b.x < x < b.x + WIDTH and b.y < y < b.y + HEIGHT]
            assert inside == [], (arrow, x, y)


@SOME
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LANES), min_size=1), pairs, st.data())
def test_obstacles_stand_at_the_left_border_of_their_lane_and_no_line_to_them_runs_over_a_box(steps, drawn, data):
    held = data.draw(st.sets(st.sampled_from(sorted(steps)), min_size=1))
    border = {f"O {steps[code]}": steps[code] for code in held}
    sheet = lay_out(
        LANES, steps, [*((s, t) for s, t in drawn if s != t), *((c, f"O {steps[c]}") for c in held)], [], border=border
    )
    place = {box.code: box for box in sheet.boxes}
    lane = {each.name: each for each in sheet.lanes}
    assert place.keys() == {*steps, *border}
    assert {(a.step, a.target) for a in sheet.arrows} >= {(code, f"O {steps[code]}") for code in held}
    for code, name in border.items():
        assert lane[name].y <= place[code].y < place[code].y + HEIGHT <= lane[name].y + lane[name].height
        assert all(place[code].x < place[step].x for step in steps)
    for arrow in sheet.arrows:
        for x, y in _points(arrow.path):
            assert 0 <= x <= sheet.width
            assert [b.code for b in sheet.boxes if b.x < x < b.x + WIDTH and b.y < y < b.y + HEIGHT] == []


def test_an_exchange_is_one_line_and_decides_on_columns_only_where_one_side_comes_first():
    steps = dict.fromkeys("ABCD", "X")
    sheet = lay_out("X", steps, [], [], [("A", "B"), ("B", "A"), ("D", "C")])
    assert [(a.step, a.target, a.kind, a.is_mutual) for a in sheet.arrows] == [
        ("A", "B", "exchange", True),
        ("D", "C", "exchange", False),
    ]
    x = {box.code: box.x for box in sheet.boxes}
    assert x["A"] == x["B"] == x["C"] < x["D"]


def test_what_has_no_ties_stands_out_of_the_way():
    x = {box.code: box.x for box in lay_out("X", dict.fromkeys("ABC", "X"), [("B", "A")], []).boxes}
    assert x["A"] < x["B"] < x["C"]


def test_a_focus_reaches_as_many_ties_as_it_says_before_and_behind_and_not_sideways():
    ties = [("E", "D"), ("D", "C"), ("C", "B"), ("B", "A"), ("SIDE", "B"), ("E", "C")]
    assert distances(ties, "C") == {"C": 0, "B": 1, "A": 2, "D": 1, "E": 1}
    assert related(ties, "C", 1) == {"C", "B", "D", "E"}
    assert related(ties, "C") == {"A", "B", "C", "D", "E"}


def test_titles_are_cut_where_they_end_with_a_sign_that_they_go_on():
    assert folded("SP6 Sincere efforts", 28) == ("SP6 Sincere efforts",)
    assert folded("one two three four five six", 9) == ("one two", "three…")
    assert folded("核心议题的核查安排与时间表", 8) == ("核心议题", "的核查…")
    assert folded("", 9) == ()

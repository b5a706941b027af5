"""The roadmap's pages at a size at which nobody reads everything, its forms, and a text that is adopted."""

import re
from uuid import uuid4

import pytest

from app.interchange.loading import load
from app.interchange.reading import parse
from app.web.sheet import stylesheet
from tests.cast import PASSPHRASE
from tests.ground import dump

D = "/dialogues/six-party-talks"
B = "/dialogues/big"
TODAY = "2026-11-24"
ACT = {"happened_on": TODAY, "reason": "As agreed in the corridor"}
DRAFT = """format: dipoli/1
dialogue: {code: draft, title: {en: Draft}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
people: [{ref: o, family: Keeper, demonstration: true}]
memberships: [{person: o, roles: [facilitator], login: keeper}]
baskets: [{code: B, title: {en: Strand}, members: [A], changes: [{state: active, on: 2020-01-01}]}]
texts: [{code: P, kind: protocol, title: {en: Protocol of the strand}}, {code: Q, kind: protocol, title: {en: Another}}]
steps:
- {code: S1, basket: B, actors: [A], title: {en: Count}, text: P, due: {anchor: P, days: 60}, changes: [{state: agreed, on: 2026-03-01}]}
- {code: S2, basket: B, actors: [A], title: {en: Weigh}, due: {earliest_of: [{anchor: P, days: 30}, {on: 2026-12-31}]}, changes: [{state: proposed, on: 2026-01-10}]}
- {code: S3, basket: B, actors: [A], title: {en: Report}, due: {anchor: Q, days: 5}, changes: [{state: proposed, on: 2026-01-10}]}
"""


def _big():
    changes = "changes: [{state: agreed, on: 2024-02-01}]"
    title = "Exchange lists of manoeuvres over nine thousand troops and families"
    steps = [
        f"- {{code: S{n}, basket: B{n % 5}, actors: [A], title: {{en: {title} {n}}}, due: {{on: 2025-02-01}}, {changes}}}"
        for n in range(400)
    ]
    links = [
        f"- {{from: S{n}, kind: {'linked' if n % 3 == 0 else 'requires'}, to: S{n - back}}}"
        for n in range(11, 400)
        for back in (1, 5, 11)
        if (n * 7 + back) % 4
    ]
    baskets = [
        f"- {{code: B{b}, title: {{en: Basket {b}}}, members: [A], changes: [{{state: {'stalled' if b == 4 else 'active'}, on: 2024-01-01}}]}}"
        for b in range(5)
    ]
    head = DRAFT[: DRAFT.index("baskets:")].replace("code: draft", "code: big").replace("keeper", "reader")
    head = head.replace("facilitator", "observer")
    return "\n".join([head + "baskets:", *baskets, "steps:", *steps, "links:", *links])


@pytest.fixture
def reader(ground, visit):
    load(ground, parse(_big()), accounts={"reader": PASSPHRASE})
    return visit("reader")


def _drawn(text):
    return set(re.findall(r'<tspan class="what">(\w+)</tspan>', text))


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_four_hundred_steps_are_shown_in_pages_that_are_light_and_can_be_read(reader):
    for query in (
        *("", "?page=4", "?show=timeline", "?show=graph", "?show=graph&basket=B2", "?q=families"),
        *("?show=graph&focus=S200", "?show=graph&focus=S200&depth=2", "?show=graph&focus=S40&depth=all", "?focus=S200"),
    ):
        answer = reader.get(f"{B}/roadmap{query}")
        assert answer.status_code == 200, query
        assert len(answer.content) + len(stylesheet()[0]) < 150_000, (query, len(answer.content))
    table = reader.get(f"{B}/roadmap").text
    assert len(re.findall(r"<tr><td>", table)) == 100
    seen = [
        code
        for n in (1, 2, 3, 4)
        for code in re.findall(
            r"<tr><td><a [^>]+><span class=\"code\">(S\d+)", reader.get(f"{B}/roadmap?page={n}").text
        )
    ]
    assert sorted(seen) == sorted(f"S{n}" for n in range(400))
    assert [reader.get(f"{B}/roadmap?page={n}").status_code for n in (0, 5)] == [404, 404]


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_a_graph_of_many_asks_where_to_begin_and_a_focus_goes_one_step_at_a_time(reader):
    asked = reader.get(f"{B}/roadmap?show=graph").text
    assert "<figure" not in asked
    assert "basket=B2" in asked
    one = reader.get(f"{B}/roadmap?show=graph&basket=B2").text
    assert _drawn(one) == {f"S{n}" for n in range(2, 400, 5)}
    near = _drawn(reader.get(f"{B}/roadmap?show=graph&focus=S200").text)
    further = _drawn(reader.get(f"{B}/roadmap?show=graph&focus=S200&depth=2").text)
    ties = {("S200", "S199"), ("S200", "S189"), ("S201", "S200"), ("S205", "S200"), ("S211", "S200"), ("S200", "S195")}
    known = {(f"S{n}", f"S{n - back}") for n in range(11, 400) for back in (1, 5, 11) if (n * 7 + back) % 4}
    assert near == {"S200", *(code for tie in ties & known for code in tie)}
    assert near < further
    assert "depth=2" in reader.get(f"{B}/roadmap?show=graph&focus=S200").text


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_the_table_says_what_stands_in_the_way_and_finds_words_and_codes(program, reader, ground):
    effects = re.findall(r'<span class="chip (free|linked|blocked)">', reader.get(f"{B}/roadmap?q=S401").text)
    assert effects == []
    text = reader.get(f"{B}/roadmap?q=s39+TROOPS&basket=B4").text
    assert re.findall(r"<tr><td><a [^>]+><span class=\"code\">(S\d+)", text) == ["S39", "S394", "S399"]
    assert text.count('class="chip blocked"><span aria-hidden="true">■') == 3  # their own basket stands still
    whole = program("liang").get(f"{D}/roadmap?as_of=2009-02-15")
    there = {step["code"]: step["effect"] for step in whole["steps"] if step["effect"]}
    assert {
        step["code"]: step["effect"]
        for step in program("liang").get(f"{D}/roadmap?as_of=2009-02-15&effect=blocked")["steps"]
    } == {code: effect for code, effect in there.items() if effect == "blocked"}
    board = program("liang").get(f"{D}?as_of=2009-02-15")["baskets"]
    for effect in ("free", "linked", "provisional", "blocked"):
        assert list(there.values()).count(effect) == sum(card["effects"][effect] for card in board)


@pytest.mark.sqlite_only("routes do not depend on the database")
def test_forms_of_what_is_not_there_are_not_there(visit, program):
    organiser = visit("organiser")
    for path in (
        *(f"roadmap/NOPE/{act}" for act in ("state", "grades", "instalments", "handovers", "links")),
        *("obstacles/NOPE/lift", "obstacles/NOPE/links", "exchanges/NOPE/readings", "texts/NOPE/adopt"),
        *(f"{what}/{uuid4()}/revoke" for what in ("handovers", "waivers")),
        *(
            f"links/{uuid4()}/end",
            f"requirements/{uuid4().hex}/waive",
            "roadmap?focus=NOPE&show=graph",
            "roadmap?focus=NOPE",
        ),
    ):
        assert organiser.get(f"{D}/{path}").status_code == 404, path
    refused = organiser.send(f"{D}/links/{uuid4()}/end", page=f"{D}/roadmap/SP1/state", happened_on="", reason="")
    assert refused.status_code == 404


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_every_form_says_what_it_is_about_and_presets_nothing_that_would_say_something(visit):
    organiser = visit("organiser")
    state = organiser.get(f"{D}/roadmap/SP3/state").text
    assert "Complete and correct declaration of all nuclear programmes" in state
    assert "Now:" in state
    assert " selected" not in state[state.index('name="state"') :]
    link = organiser.get(f"{D}/roadmap/JS1a/links").text
    assert '<option value="linked" selected' in link
    assert re.search(r'name="to"[^>]* value=""', link)
    assert not re.search(r'value="[1-5]" selected', organiser.get(f"{D}/roadmap/JS1a/grades").text)
    order = visit("tachibana").get(f"{D}/exchanges/X-LWR/readings").text
    assert "JS1a Abandon all nuclear weapons" in order
    assert "first, then JS1d Discuss the provision" in order
    exchange = organiser.get(f"{D}/exchanges/new?a=JS1a&a=JS1b&b=JS2a").text
    assert re.findall(r'name="([ab])"[^>]* value="(\w+)"', exchange) == [("a", "JS1a"), ("a", "JS1b"), ("b", "JS2a")]
    assert 'value="SP3">' not in exchange  # done
    assert 'type="checkbox"' not in exchange
    again = organiser.send(
        f"{D}/exchanges/new",
        page=f"{D}/exchanges/new",
        code="X-9",
        a="JS1a",
        b="NOPE",
        order="simultaneous",
        since=TODAY,
    )
    assert (again.status_code, 'value="NOPE"' in again.text) == (422, True)


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_a_waiver_is_offered_to_those_concerned_alone(visit, program):
    people = {who: visit(who) for who in ("tachibana", "organiser", "liang", "observer")}
    ties = program("organiser").get(f"{D}/roadmap/SP7-JP")["facts"]["waits_for"]
    key = next(t["key"] for t in ties if t["code"] == "SP6")
    link = f"{D}/requirements/{key}/waive"
    assert {who: link in who_.get(f"{D}/roadmap/SP7-JP").text for who, who_ in people.items()} == {
        "tachibana": True,
        "organiser": True,
        "liang": False,
        "observer": False,
    }
    offered = re.findall(r'<option value="(\w*)"', people["organiser"].get(link).text)
    assert offered == ["JP"]
    assert "<button" not in people["liang"].get(link).text.split("<h1>")[1]
    tachibana = program("tachibana")
    assert tachibana.call("POST", link, ACT | {"party": "JP"}).is_success
    assert link not in people["tachibana"].get(f"{D}/roadmap/SP7-JP").text
    waiver = program("organiser").get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["id"]
    revoke = f"{D}/waivers/{waiver}/revoke"
    assert revoke in people["tachibana"].get(f"{D}/roadmap/SP7-JP").text
    assert revoke not in people["liang"].get(f"{D}/roadmap/SP7-JP").text


def test_a_text_that_is_adopted_brings_every_due_date_that_counts_from_it_to_its_day(ground, visit, program):
    load(ground, parse(DRAFT), accounts={"keeper": PASSPHRASE})
    keeper = program("keeper")
    here, before = "/dialogues/draft", dump.rows(ground)

    def due(as_of=""):
        return {s["code"]: s["due_on"] for s in keeper.get(f"{here}/roadmap{as_of}")["steps"]}

    assert due() == {"S1": None, "S2": "2026-12-31", "S3": None}
    for day, says in (("2026-11-25", "not come yet"), ("2026-03-02", "S1, which follows from it, was agreed before")):
        answer = keeper.call("POST", f"{here}/texts/P/adopt", {"happened_on": day})
        assert (answer.status_code, says in answer.json()["errors"]["happened_on"]) == (422, True), answer.text
    assert keeper.call("POST", f"{here}/texts/NOPE/adopt", {"happened_on": "2026-02-01"}).status_code == 404
    assert dump.rows(ground) == before
    browser = visit("keeper")
    page = browser.get(f"{here}/roadmap").text
    assert "Not adopted yet: Protocol of the strand." in page
    assert keeper.call("POST", f"{here}/texts/P/adopt", {"happened_on": "2026-02-01"}).is_success
    assert due() == {"S1": "2026-04-02", "S2": "2026-03-03", "S3": None}
    assert due("?as_of=2026-03-01") == due()
    assert due("?as_of=2026-01-20") == {"S2": "2026-12-31", "S3": None}  # nobody knew then
    again = keeper.call("POST", f"{here}/texts/P/adopt", {"happened_on": "2026-02-01"})
    assert (again.status_code, "2026-02-01" in again.text) == (409, True)
    with ground.engine.connect() as connection:
        said = [row[0] for row in connection.exec_driver_sql("SELECT entry FROM ledger_leaf")]
    assert any("text adopted" in str(entry) and "2026-02-01" in str(entry) for entry in said)
    assert "Record its adoption" not in browser.get(f"{here}/roadmap/S1").text


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_a_graph_of_a_day_that_has_been_counts_no_tie_to_what_was_not_proposed_yet(visit):
    """Links of undated origin lead to steps that came later; one to a step of that day in another basket counts."""
    liang = visit("liang")
    assert "not drawn here" not in liang.get(f"{D}/roadmap?show=graph&as_of=2007-04-15").text
    assert "not drawn here" in liang.get(f"{D}/roadmap?show=graph&as_of=2008-12-31&basket=DPRK-JP").text


def test_the_graph_of_spring_2007_shows_the_frozen_accounts_at_the_border_of_every_lane_they_hold_up(visit):
    reader = visit("liang")
    spring = reader.get(f"{D}/roadmap?show=graph&as_of=2007-05-01").text
    table = re.search(r"<caption>What obstacles hold up here.*?</table>", spring, re.DOTALL).group()
    rows = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]]
    impact = reader.get(f"{D}/impact?obstacle=BDA&as_of=2007-05-01").text
    for who, basket, blocks, ties in rows:
        assert "BDA" in who
        held = re.findall(r'class="code">([^<]+)<', blocks)
        assert held
        assert not re.findall(r'class="code">([^<]+)<', ties)
        assert all(f">{code}<" in impact for code in held), basket
    assert len(rows) == spring.count('<use href="#box" class="obstacle"/>') >= 4
    summer = reader.get(f"{D}/roadmap?show=graph&as_of=2007-07-01").text
    assert 'class="obstacle"' not in summer
    assert "What obstacles hold up here" not in summer

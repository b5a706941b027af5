"""Waivers of before revision 0016: a party's own word counts as before, what somebody else wrote down becomes a proposal."""

from sqlalchemy import create_engine, text

from app.db.revisions import downgrade, upgrade

D = "/dialogues/six-party-talks"
ACT = {"happened_on": "2026-11-24", "reason": "As agreed in the corridor", "party": "JP"}
BEFORE = "0012"


def _stands(program):
    facts = program("liang").get(f"{D}/roadmap/SP7-JP")["facts"]
    kinds = {tie["kind"] for tie in facts["waits_for"] if tie["code"] == "SP6"}
    return [waiver["agreed_on"] for waiver in facts["waivers"]], "waived" in kinds


def test_waivers_are_carried_over_and_go_back(ground, program):
    url = ground.engine.url.render_as_string(hide_password=False)
    tachibana = program("tachibana")
    ties = tachibana.get(f"{D}/roadmap/SP7-JP")["facts"]["waits_for"]
    key = next(t["key"] for t in ties if t["code"] == "SP6" and t["kind"] == "requires")
    assert tachibana.call("POST", f"{D}/requirements/{key}/waive", ACT).is_success
    ground.engine.dispose()
    downgrade(url, BEFORE)
    upgrade(url)
    assert _stands(program) == (["2026-11-24"], True)
    ground.engine.dispose()
    downgrade(url, BEFORE)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE waiver SET recorded_by = 'organiser'"))
    engine.dispose()
    upgrade(url)
    assert _stands(program) == ([None], False)
    ground.engine.dispose()
    downgrade(url, BEFORE)  # what was only proposed did not count, and the older house knows no such thing
    upgrade(url)
    assert _stands(program) == ([], False)

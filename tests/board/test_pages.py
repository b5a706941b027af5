"""What the board's pages say and offer: headlines that sell no less than is true, and a past day that stays past."""

import re
from html import unescape

import pytest

D = "/dialogues/six-party-talks"
DATED = ("", "/impact", "/matrix", "/next", "/exchanges", "/inclusion")
TAKES_A_DAY = re.compile(
    rf"{D}(|/impact|/matrix|/matrix\.\w+|/next|/exchanges|/inclusion|/roadmap|/registers|/baskets/[^/]+|/roadmap/[^/]+)"
)
ACTS = re.compile(
    r"/(lift|links|waive|handovers|grades|state|new|readings|end|resume|agree|withdraw|revoke|instalments)(\?|$)"
)
DAY = "2008-12-11"


def _text(page):
    """What is read: the words of the main part, without markup."""
    main = page.text.split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace(" .", ".").replace(" ,", ",")


def _links(page):
    return [unescape(href) for href in re.findall(r'<a [^>]*?href="([^"]+)"', page.text)]


def test_the_headline_names_what_holds_and_says_when_nothing_is_blocked(visit):
    liang = visit("liang")
    then = liang.get(f"{D}?as_of=2007-04-14")
    assert "Frozen accounts at a bank in Macao (outside every basket) holds 18 of 18 open steps." in _text(then)
    assert "#obstacle-BDA" in _links(then)
    assert 'id="obstacle-BDA"' in then.text
    assert then.text.index('id="obstacles"') < then.text.index('class="matrix"')
    agreed = _text(liang.get(f"{D}?as_of=2005-09-20"))
    assert "No basket stands still. None of the 11 open steps is blocked. 11 are tied politically" in agreed
    today = liang.get(D)
    assert "None of the 23 open steps elsewhere is blocked. 3 are tied politically, which blocks nothing." in _text(
        today
    )
    assert today.text.index('class="matrix"') < today.text.index('id="obstacles"')


def test_the_matrix_says_that_it_leaves_out_what_really_stands(visit):
    liang = visit("liang")
    then = _text(liang.get(f"{D}/matrix?as_of={DAY}"))
    assert "Each basket as if it alone stalled, as of Thursday 2008-12-11." in then
    assert "The stalemates and obstacles that really stand are left out here" in then
    assert "Denuclearization of the Korean Peninsula ■ stalled" in then
    quiet = _text(liang.get(f"{D}/matrix?as_of=2007-08-01"))
    assert "are left out here" not in quiet


@pytest.mark.parametrize("who", ["organiser", "liang"])
def test_a_past_day_offers_no_act_and_keeps_its_day_in_every_link(visit, who):
    someone = visit(who)
    paths = [f"{D}{page}?as_of={DAY}" for page in DATED]
    paths += [
        f"{D}{page}?as_of={DAY}" for page in ("/baskets/DENUC", "/baskets/NEAPS", "/roadmap/SP7-JP", "/roadmap/JS1a")
    ]
    paths.append(f"{D}/impact?stall=DPRK-JP&as_of={DAY}")
    for path in paths:
        page = someone.get(path)
        assert page.status_code == 200, path
        assert "You are looking at Thursday 2008-12-11." in _text(page), path
        here = path.split("?")[0]
        lost = [
            href
            for href in _links(page)
            if TAKES_A_DAY.fullmatch(re.split(r"[?#]", href)[0])
            and "as_of=" not in href
            and href != here  # "Back to today"
        ]
        assert lost == [], path
        assert [href for href in _links(page) if ACTS.search(href)] == [], path
        assert re.findall(r'<form method="post" action="([^"]+)"', page.text) == ["/sign-out"], path


def test_a_past_day_tells_no_meeting_of_the_far_future(visit):
    then = _text(visit("liang").get(f"{D}?as_of=2008-06-01"))
    assert "Meets next" not in then
    assert "Met next" not in then
    assert "Met next 2007-03-15" in _text(visit("liang").get(f"{D}?as_of=2007-03-10"))


def test_what_if_begins_with_what_really_stands_and_puts_the_blocked_first(visit):
    organiser = visit("organiser")
    today = organiser.get(f"{D}/impact")
    assert "As it really stands: Denuclearization of the Korean Peninsula: a stalemate." in _text(today)
    assert 'value="DENUC" checked' in today.text
    page = organiser.get(f"{D}/impact?stall=DPRK-JP")
    assert "2 open steps elsewhere are blocked. 2 are tied politically and can still be done." in _text(page)
    assert f"{D}/roadmap/SP7-JP/handovers" in _links(page)
    denuc = page.text.split("Denuclearization of the Korean Peninsula</h2>")[1].split("</section>")[0]
    assert "Everything else here still works" not in denuc  # it really stands still
    assert denuc.index("1 blocked step") < denuc.index("<details")


def test_a_step_says_in_one_sentence_whether_it_can_be_done(visit):
    liang = visit("liang")
    stands = _text(liang.get(f"{D}/roadmap/SP7-JP"))
    assert "No stalemate or obstacle holds it. It waits for SP6" in stands
    assert "free" not in stands.split("No stalemate")[0].split("Can it be done?")[1]
    assert "It is to be done together with SP5" in _text(liang.get(f"{D}/roadmap/SP3?as_of=2008-06-01"))


def test_a_basket_says_when_it_was_last_in_contact_and_where_an_interval_is_agreed_on(visit):
    organiser, liang = visit("organiser"), visit("liang")
    assert f"{D}/baskets/NEAPS#contact" in _links(organiser.get(D))
    page = organiser.get(f"{D}/baskets/NEAPS")
    assert "Contact Last met 2009-02-19, Moscow" in _text(page)
    assert "no interval agreed" in _text(page)
    path = f"{D}/baskets/NEAPS"
    assert organiser.send(f"{path}/line", page=path, days=60, happened_on="2026-09-01").status_code == 303
    assert "silent longer than the 60 days agreed, since 2026-11-01" in _text(liang.get(path))
    assert f"{D}/baskets/NEAPS#contact" not in _links(liang.get(D))
    before = _text(liang.get(f"{path}?as_of=2007-01-01"))
    assert "exploratory" in before
    assert "suspended" not in before


def test_saved_is_said_once(visit):
    organiser = visit("organiser")
    path = f"{D}/baskets/NEAPS"
    organiser.send(f"{path}/line", page=path, days=60, happened_on="2026-11-01")
    assert "Saved." in _text(organiser.get(path))
    assert "Saved." not in _text(organiser.get(path))


def test_what_was_confided_is_read_by_its_own_side_because_it_is_theirs(program):
    ours = f"{D}/registers"
    words = {"kind": "red-line", "text": "No visits at night.", "authority": "ministry", "capacity": "expert"}
    made = program("tachibana").call("POST", ours, words).json()
    entry = next(e for e in made["entries"] if e["text"] == words["text"])
    program("tachibana").call("POST", f"{ours}/{entry['id']}/disclose", {"disclosure": "confided"})
    why = {
        who: next(e for e in program(who).get(ours)["entries"] if e["code"] == entry["code"])["why"]
        for who in ("tachibana", "morinaga", "facilitator")
    }
    assert why["tachibana"] == why["morinaga"] == "You see it because you belong to this delegation."
    assert why["facilitator"] == "You see it because you are a facilitator."


def test_exchanges_carry_titles_and_ask_each_only_what_is_theirs_to_say(visit):
    facilitator, liang = visit("facilitator"), visit("liang")
    page = _text(liang.get(f"{D}/exchanges"))
    assert "JS1d Discuss the provision of a light-water reactor" in page
    assert "Under today's stalemates this reading blocks more: JS1d." in page
    assert "Give your party's reading of the order" in page
    asked = _text(facilitator.get(f"{D}/exchanges"))
    assert "Give your party's reading" not in asked
    assert "Record a party's reading of the order" in asked


def test_inclusion_leads_with_a_sentence(visit):
    page = _text(visit("liang").get(f"{D}/inclusion"))
    assert re.search(r"China chaired \d+ and hosted \d+ of \d+ meetings. DPRK and Japan have hosted none.", page)
    assert "Not a member of" in page
    japan = page[page.index("Not a member of") :].split("Japan", 1)[1].split("ROK", 1)[0]
    assert "to the table: DPRK-US" in japan
    assert "to chair or host: DENUC" in japan
    assert "–" not in japan


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_calendars_first_and_last_day_are_days(visit, day):
    liang = visit("liang")
    for path in (*DATED, "/baskets/NEAPS", "/roadmap", "/registers"):
        assert liang.get(f"{D}{path}?as_of={day}").status_code == 200, path


@pytest.mark.parametrize("day", ["garbage", "2026-13-01", "2026-02-30"])
@pytest.mark.parametrize("path", ["", "/matrix", "/impact", "/roadmap", "/roadmap/SP1", "/baskets/DENUC"])
def test_a_day_that_is_none_is_said_to_be_none(visit, day, path):
    liang = visit("liang")
    answer = liang.get(f"{D}{path}?as_of={day}")
    assert (answer.status_code, "is not a day of the calendar" in answer.text) == (422, True)
    assert liang.get(f"/dialogues/elsewhere{path}?as_of={day}").status_code == 404


def test_what_is_not_there_on_that_day_is_refused_in_words(visit):
    liang = visit("liang")
    refused = liang.get(f"{D}/impact?obstacle=BDA&as_of=2005-07-20")
    assert refused.status_code == 422
    assert "There is no obstacle BDA on that day. Shown instead: what really stands that day." in _text(refused)
    assert 'name="stall"' in refused.text  # the page is there, to choose again
    assert "{" not in _text(refused)


def test_a_lifted_obstacle_can_be_supposed_to_stand_again_with_all_that_waited_for_it(visit, program):
    page = visit("liang").get(f"{D}/impact")
    assert 'name="obstacle" value="BDA"' in page.text
    assert "lifted; as if it stood again" in _text(page)
    found = program("liang").get(f"{D}/impact?obstacle=BDA")
    assert {c["code"] for c in found["baskets"] if c["effects"]["blocked"]} == {
        "DENUC",
        "DPRK-US",
        "DPRK-JP",
        "ENERGY",
        "NEAPS",
    }
    assert not any(b["effects"]["blocked"] for b in program("liang").get(f"{D}/impact?stall=NEAPS")["baskets"][:1])


def test_a_waiver_is_offered_beside_what_would_free_it_only_to_whom_it_concerns(visit):
    def offered(who):
        page = visit(who).get(f"{D}/impact?stall=DPRK-JP")
        return (
            "Record a waiver" in page.text,
            "Propose a waiver" in page.text,
            bool([a for a in _links(page) if "/waive" in a]),
        )

    assert offered("whitcombe") == (False, False, False)
    assert offered("tachibana") == (True, False, True)
    assert offered("facilitator") == (False, True, True)


def test_what_frees_everything_names_every_way_that_takes_as_few_acts(visit):
    page = _text(visit("liang").get(f"{D}/impact?stall=DPRK-JP&as_of=2008-12-31"))
    assert "or just as well: waive SP7-JP → SP6" in page.replace("  ", " ")
    assert "A chain of 3 links: SP1 → SP7-JP → SP6" in page


def test_an_empty_choice_is_what_stands(visit):
    liang = visit("liang")
    assert liang.get(f"{D}/impact?stall=&as_of=2008-07-20").status_code == 200

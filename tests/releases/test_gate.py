"""The gate, through the doors: what holds a release back, who may let what pass, and that nothing is written where it is refused."""

import re

import pytest

from tests.ground import dump

D = "/dialogues/six-party-talks"
ATTRIBUTED = "# Fuel\n\nThe Japanese side argued for dates."
NAMED = "# Fuel\n\nKyoko Tachibana argued for dates."
CUT = {"party": "JP", "tlp": "TLP:AMBER"}


class Desk:
    """A summary on the desk, and those who work there."""

    def __init__(self, program):
        self.rapporteur, self.facilitator = program("rapporteur"), program("facilitator")
        meetings = self.facilitator.get(f"{D}/meetings")["upcoming"]
        meeting = next(line["id"] for line in meetings if line["code"] == "W-2026")
        self.summary = self.rapporteur.call("POST", f"{D}/summaries", {"meeting": meeting}).json()["id"]
        self.version = 1

    def write(self, text, title="Chair's summary"):
        body = {"title": title, "text": text, "version": self.version}
        answer = self.rapporteur.call("PUT", f"{D}/summaries/{self.summary}", body)
        assert answer.status_code == 200, answer.text
        self.version += 1
        return answer.json()

    def approve(self, who, reason="It is on the public record.", version=None):
        body = {"reason": reason, "version": version or self.version}
        return who.call("POST", f"{D}/summaries/{self.summary}/override", body)

    def cut(self, who=None, **more):
        return (who or self.rapporteur).call("POST", f"{D}/summaries/{self.summary}/releases", CUT | more)

    def log(self, who):
        return who.get(f"{D}/log")["entries"]


@pytest.fixture
def desk(program):
    return Desk(program)


def refused(ground, act):
    """The answer of an act that is refused, and leaves the database as it was."""
    before = dump.rows(ground)
    answer = act()
    assert answer.status_code in (409, 422), answer.text
    assert dump.rows(ground) == before
    return answer


def test_attribution_is_held_back_until_two_people_approve_that_very_text(desk, ground):
    desk.write(ATTRIBUTED)
    assert "two people approve" in refused(ground, desk.cut).json()["errors"][""]
    first = desk.approve(desk.rapporteur)
    assert first.status_code == 201
    assert first.json()["override"]["approvals"][0]["reason"] == "It is on the public record."
    assert "two people approve" in refused(ground, desk.cut).json()["errors"][""]
    assert refused(ground, lambda: desk.approve(desk.rapporteur)).status_code == 409
    second = desk.approve(desk.facilitator)
    assert second.json()["override"]["is_complete"]
    released = desk.cut().json()
    assert "Japanese side argued" in str(released["document"])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{ATTRIBUTED}\n\nNobody objected.", "Chair's summary"),
        (ATTRIBUTED.replace("argued", "argued firmly"), "Chair's summary"),
        (ATTRIBUTED, "The chair's summary"),
    ],
)
def test_any_edit_voids_the_approvals(desk, ground, text, title):
    desk.write(ATTRIBUTED)
    assert [desk.approve(who).status_code for who in (desk.rapporteur, desk.facilitator)] == [201, 201]
    assert desk.write(text, title)["override"]["approvals"] == []
    refused(ground, desk.cut)


def test_edit_taken_back_finds_the_approvals_again(desk):
    """They are the text's own: the same text is as approved as it was."""
    desk.write(ATTRIBUTED)
    assert [desk.approve(who).status_code for who in (desk.rapporteur, desk.facilitator)] == [201, 201]
    desk.write("# Fuel\n\nNothing.")
    assert desk.write(ATTRIBUTED)["override"]["is_complete"]


@pytest.mark.parametrize(
    "text",
    [
        NAMED,
        "# Fuel\n\nKyoko Tachi\u200bbana argued.",
        "# Fuel\n\n橘恭子さんは期日を求めた。",
        "# Fuel\n\nK. Tachibana, for dates.",
        f"{ATTRIBUTED}\n\nKyoko Tachibana, 10:30.",
    ],
)
def test_full_name_is_never_let_pass(desk, ground, text):
    shown = desk.write(text)
    assert not shown["override"]["is_possible"]
    assert "reason" in refused(ground, lambda: desk.approve(desk.facilitator)).json()["errors"]
    assert "found a name" in refused(ground, desk.cut).json()["errors"][""]


def test_name_in_the_title_is_found_and_shown(desk, ground):
    shown = desk.write("# Fuel\n\nSmall tranches.", title="What Kyoko Tachibana wants")
    assert [(each["line"], each["words"]) for each in shown["findings"]] == [(0, "Kyoko Tachibana")]
    refused(ground, desk.cut)


def test_state_as_subject_matter_is_no_attribution(desk):
    desk.write("# Fuel\n\nJapan's fuel share remains open.")
    assert desk.cut().status_code == 201


def test_approval_of_another_version_and_of_a_clean_text_are_refused(desk, ground):
    desk.write(ATTRIBUTED)
    assert refused(ground, lambda: desk.approve(desk.facilitator, version=1)).status_code == 409
    assert "reason" in refused(ground, lambda: desk.approve(desk.facilitator, reason=" ")).json()["errors"]
    desk.write("# Fuel\n\nSmall tranches.")
    assert refused(ground, lambda: desk.approve(desk.facilitator)).status_code == 409


def test_log_says_who_let_pass_what_and_never_the_text(desk, program):
    desk.write(ATTRIBUTED)
    for who in (desk.rapporteur, desk.facilitator):
        desk.approve(who, reason="Their minister said so in public.")
    assert desk.cut().status_code == 201
    participant, liaison = program("namgung"), program("liaison-japan")
    said = [entry["words"] for entry in desk.log(desk.facilitator) if entry["words"]]
    assert sum("approved that a text is let pass" in words for words in said) == 2
    theirs = [entry["words"] for entry in desk.log(participant) if entry["words"]]
    assert any("was let pass the identity check by members" in words for words in theirs)
    assert not any("approved that a text is let pass" in words for words in theirs)
    assert not any("let pass" in (entry["words"] or "") for entry in desk.log(liaison))
    for who in (desk.facilitator, participant, liaison):
        log = who.call("GET", f"{D}/log").text
        assert "Japanese side" not in log
        assert "minister" not in log


def test_two_of_one_kind_do_not_suffice():
    """A facilitator and a rapporteur, or two parties; never one person twice."""
    from datetime import date  # noqa: PLC0415
    from uuid import UUID  # noqa: PLC0415

    from app.releases.approving import Approval, suffices  # noqa: PLC0415

    def by(number, *roles, party=None):
        return Approval(UUID(int=number), number, roles, party, "Why", date(2026, 11, 24))

    both = ("facilitator", "rapporteur")
    assert suffices([by(1, "facilitator"), by(2, "rapporteur")])
    assert suffices([by(1, "facilitator", party="A"), by(2, "facilitator", party="B")])
    assert suffices([by(1, *both), by(2, "facilitator")])
    assert not suffices([by(1, *both)])
    assert not suffices([by(1, *both), by(1, *both)])
    assert not suffices([by(1, "facilitator"), by(2, "facilitator")])
    assert not suffices([by(1, "facilitator", party="A"), by(2, "facilitator", party="A")])
    assert not suffices([by(1, "rapporteur"), by(2, "rapporteur", party="B")])
    assert not suffices([by(1, "participant"), by(2, "rapporteur")])


def test_approvals_on_the_page_without_a_script(visit):
    rapporteur, facilitator = visit("rapporteur"), visit("facilitator")
    form = rapporteur.get(f"{D}/summaries").text
    meeting = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Workshop', form).group(1)
    page = rapporteur.send(f"{D}/summaries", page=f"{D}/summaries", meeting=meeting).headers["location"]
    rapporteur.send(page, page=page, title="Chair's summary", text=ATTRIBUTED, version=1)
    shown = rapporteur.get(page).text
    assert "Letting it pass" in shown
    assert "for example: One delegation" in shown
    empty = rapporteur.send(f"{page}/override", page=page, reason="", version=2)
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    assert rapporteur.send(f"{page}/override", page=page, reason="It is public.", version=2).status_code == 303
    assert "It takes a second person" in rapporteur.get(page).text
    assert "It is public." in facilitator.get(page).text
    assert facilitator.send(f"{page}/override", page=page, reason="So it is.", version=2).status_code == 303
    assert "Both approvals are there" in rapporteur.get(page).text
    assert rapporteur.send(f"{page}/releases", page=page, **CUT).status_code == 303


# --- labels and clearances --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"party": "JP"}, {"party": "JP", "tlp": ""}, {"party": "JP", "tlp": "secret"}])
def test_unlabelled_text_is_refused_at_its_field(desk, ground, body):
    desk.write("# Fuel\n\nSmall tranches.")
    path = f"{D}/summaries/{desk.summary}/releases"
    answer = refused(ground, lambda: desk.rapporteur.call("POST", path, body))
    assert list(answer.json()["errors"]) == ["tlp"]


def test_recipient_not_cleared_for_the_label_gets_nothing(desk, ground, program):
    desk.write("# Fuel\n\nSmall tranches.")
    path = f"{D}/releases/clearances"
    assert desk.rapporteur.call("POST", path, {"party": "JP", "tlp": "TLP:GREEN"}).status_code == 403
    before = {line["party"]: line["tlp"] for line in desk.facilitator.get(path)["parties"]}
    assert set(before.values()) == {"TLP:AMBER+STRICT"}
    assert desk.facilitator.call("POST", path, {"party": "JP", "tlp": "TLP:RED"}).status_code == 422
    for label in ("TLP:CLEAR", "TLP:GREEN"):  # the second replaces the first
        said = desk.facilitator.call("POST", path, {"party": "JP", "tlp": label}).json()["parties"]
    assert {line["party"]: line["tlp"] for line in said} == before | {"JP": "TLP:GREEN"}
    answer = refused(ground, desk.cut).json()["errors"]
    assert "cleared up to TLP:GREEN; this record is TLP:AMBER" in answer["tlp"]
    assert desk.rapporteur.call("POST", f"{D}/summaries/{desk.summary}/preview", CUT).status_code == 422
    assert desk.cut(party="KR").status_code == 201
    assert desk.facilitator.call("POST", path, {"party": "JP", "tlp": "TLP:AMBER"}).status_code == 200
    assert desk.cut().status_code == 201
    assert desk.cut(tlp="TLP:AMBER+STRICT").status_code == 422
    words = [entry["words"] or "" for entry in desk.log(program("liaison-japan"))]
    assert any("are cleared up to TLP:GREEN" in sentence for sentence in words)


def test_clearance_is_set_on_its_page(visit):
    facilitator, page = visit("facilitator"), f"{D}/releases/clearances"
    wrong = facilitator.send(page, page=page, party="ZZ", tlp="TLP:GREEN")
    assert wrong.status_code == 422
    assert 'id="party-error"' in wrong.text
    assert facilitator.send(page, page=page, party="JP", tlp="TLP:GREEN").status_code == 303
    assert re.search(r"Japan</td><td>[^/]*TLP:GREEN", facilitator.get(page).text)
    assert 'name="tlp"' not in visit("rapporteur").get(page).text

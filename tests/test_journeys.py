"""The product's jobs, from end to end, as people do them: at a browser without JavaScript."""

import hashlib
import html
import io
import re
import zipfile

import pytest
from pypdf import PdfReader

from tests.cast import PASSPHRASE
from tests.ground.batches import through_slots

D = "/dialogues/six-party-talks"


def _meeting(visitor, title="Workshop"):
    found = re.search(rf'href="({D}/meetings/[0-9a-f-]+)">{title}', visitor.get(f"{D}/meetings").text)
    assert found, "not invited"
    return found.group(1)


def _items(visitor, meeting):
    return re.findall(rf'action="({meeting}/agenda/[0-9a-f-]+/notes)"', visitor.get(f"{meeting}/notes").text)


def test_organiser_calls_a_stalemate_and_everybody_sees_what_it_blocks(visit):
    organiser = visit("organiser")
    here = f"{D}/baskets/DPRK-JP"
    before = organiser.get(f"{D}/baskets/ENERGY").text
    answer = organiser.send(
        f"{here}/stall", page=here, happened_on="2026-11-20", reason="No progress on the abductions"
    )
    assert answer.status_code == 303

    assert "No progress on the abductions" in organiser.get(D).text
    impact = visit("tachibana").get(f"{D}/impact?stall=DPRK-JP").text
    said = " ".join(impact.split())
    assert "2 open steps elsewhere are blocked. 2 are tied politically and can still be done. 24 stay free." in said
    assert "No share" in impact or "no share without progress" in impact
    strip = re.compile(r'name="form_key" value="[^"]+"|saved|<p class="notice" role="status">Saved.</p>\n')
    assert strip.sub("", organiser.get(f"{D}/baskets/ENERGY").text).rstrip() == strip.sub("", before).rstrip()

    answer = organiser.send(f"{here}/lift", page=here, happened_on="2026-11-21", reason="Talks are announced")
    assert answer.status_code == 303
    assert "Talks are announced" in organiser.get(here).text


def test_a_silent_basket_leads_to_the_smallest_meeting_half_planned(visit):
    organiser = visit("organiser")
    here = f"{D}/baskets/DPRK-JP"
    assert organiser.send(f"{here}/line", page=here, days="30", happened_on="2026-01-01").status_code == 303
    assert "Plan it" not in visit("tachibana").get(D).text
    plan = html.unescape(re.search(r'href="([^"]+)">Plan it', organiser.get(D).text).group(1))
    form = organiser.get(plan).text
    assert "Working contact: Normalization DPRK–Japan" in form
    assert 'value="DPRK-JP" checked' in form
    invited = re.findall(r'name="invited" value="[0-9a-f-]+" checked> ([^<]+)<', form)
    assert invited in (["MORINAGA Tetsuro"], ["TACHIBANA Kyoko"])  # nobody of the other side has a seat here
    assert organiser.get(f"{D}/meetings/new?basket=NOWHERE&party=XX&topic=T").status_code == 200


def test_invitation_is_redeemed_by_post_only_and_once(visit):
    organiser = visit("organiser")
    page = organiser.send(
        f"{D}/people", page=f"{D}/people", family="Aalto", given="Kirsi", role="observer", passphrase=PASSPHRASE
    ).text
    link = re.search(r"(/invitations/[\w-]+)</p>", page).group(1)
    code = re.search(r'"secret">([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})<', page).group(1)

    guest = visit()
    assert guest.get(link).status_code == 200
    assert guest.get(link).status_code == 200  # looking uses nothing up
    fields = {"login": "kirsi", "passphrase": "winter light on the lake"}
    assert guest.send(link, page=link, code="AAAA-" * 6, **fields).status_code == 422
    assert "Compare these four words" in guest.send(link, page=link, code=code, **fields).text
    assert guest.send(link, page=link, code=code, login="other", passphrase=fields["passphrase"]).status_code == 409
    guest.sign_in("kirsi", fields["passphrase"])
    assert guest.get(D).status_code == 200


def test_organiser_prepares_a_meeting_and_each_sees_it_in_his_own_time(visit):
    organiser = visit("organiser")
    party = {"code": "MN", "neutral": "Party G", "short": "Mongolia", "time_zone": "Asia/Ulaanbaatar"}
    assert organiser.send(f"{D}/parties", page=f"{D}/parties", **party).status_code == 303
    assert "Mongolia" in organiser.get(f"{D}/parties").text
    basket = f"{D}/baskets/ENERGY"
    topic = {"code": "T-EN-9", "title": "Regional grid", "grade": 2}
    assert organiser.send(f"{basket}/topics", page=basket, **topic).status_code == 303
    assert "Regional grid" in organiser.get(basket).text

    form = organiser.get(f"{D}/meetings/new").text
    people = dict(re.findall(r'value="([0-9a-f-]{36})"> ([^<]+)</label>', form))
    invited = [i for i, name in people.items() if "TACHIBANA" in name or "Whitcombe" in name]
    assert len(invited) == 2
    meeting = {
        "title": "Experts on the grid",
        "kind": "workshop",
        "baskets": "ENERGY",
        "starts_on": "2027-03-01",
        "ends_on": "2027-03-02",
        "starts_at": "2027-03-01T09:00",
        "time_zone": "Asia/Seoul",
        "city": "Busan",
        "venue": "Hall 2",
        "rule": "off-record",
        "tlp": "TLP:RED",
        "agenda": "Opening\nWhat a regional grid would need\nNext steps",
        "invited": invited,
    }
    wrong = organiser.send(f"{D}/meetings/new", page=f"{D}/meetings/new", **meeting | {"ends_on": "2027-02-01"})
    assert wrong.status_code == 422
    assert "ends before it starts" in wrong.text
    assert "What a regional grid would need" in wrong.text
    place = organiser.send(f"{D}/meetings/new", page=f"{D}/meetings/new", **meeting).headers["location"]
    for login, own in (("tachibana", "Tokyo (UTC+09:00)"), ("whitcombe", "New York (UTC-05:00)")):
        page = visit(login).get(place).text
        assert own in page, login
        assert "Mon 2027-03-01 09:00 · Busan (UTC+09:00)" in page
        assert "What a regional grid would need" in page
        assert "Off the record" in page
        assert "TLP:RED" in page
    assert "Sun 2027-02-28 19:00 · New York" in page
    assert visit("namgung").get(place).status_code == 404
    assert organiser.get(f"{place}/notes").status_code == 404  # she manages it and does not hear it


def test_note_waits_for_its_batch_and_only_its_author_can_edit_it(ground, visit):
    author, other = visit("tachibana"), visit("namgung")
    meeting = _meeting(author)
    item = _items(author, meeting)[0]
    page = f"{meeting}/notes"
    assert author.send(item, page=page, body="A dated meeting helps more than a formula.").status_code == 303

    assert "A dated meeting helps" not in other.get(page).text
    assert "A dated meeting helps" not in author.get(page).text
    mine = author.get(f"{meeting}/notes/mine").text
    assert "A dated meeting helps" in mine
    edit = re.findall(rf'action="({meeting}/notes/mine/[0-9a-f-]+)"', mine)
    version = re.findall(r'name="version" value="(\d+)"', mine)
    place = next(i for i, part in enumerate(mine.split("<section")[1:]) if "A dated meeting helps" in part)
    note, at = edit[place], version[place]

    assert other.send(note, page=page, body="Mine now", version=at).status_code == 404
    assert author.send(note, page=page, body="A dated meeting helps most.", version=at).status_code == 303
    stale = author.send(note, page=page, body="Too late", version=at)
    assert stale.status_code == 409
    assert "A dated meeting helps most." in stale.text
    assert "Too late" in stale.text

    for name in ("liang", "namgung", "whitcombe", "rapporteur"):
        assert visit(name).send(item, page=page, body="We agree on that").status_code == 303
    facilitator = visit("facilitator")
    assert facilitator.send(f"{meeting}/release-batch", page=page).status_code == 303
    assert "A batch has been asked for" in facilitator.get(page).text
    assert "A dated meeting helps most." not in other.get(page).text
    assert through_slots(ground) == 1
    assert "A dated meeting helps most." in other.get(page).text


def test_meeting_is_closed_and_sealed_by_two_delegations(visit):
    facilitator, one, two = visit("facilitator"), visit("tachibana"), visit("namgung")
    meeting = _meeting(one)
    page = f"{meeting}/notes"
    item = _items(one, meeting)[0]
    assert facilitator.send(f"{meeting}/close", page=page).status_code == 303
    refused = one.send(item, page=page, body="One more thought")
    assert refused.status_code == 409
    assert "One more thought" in refused.text

    guessed = one.send(f"{meeting}/seal", page=page, passphrase="somebody at her open screen")
    assert guessed.status_code == 422
    assert "not your present passphrase" in guessed.text
    assert "0 have approved" in two.get(page).text
    assert one.send(f"{meeting}/seal", page=page, passphrase=PASSPHRASE).status_code == 303
    assert "1 have approved" in two.get(page).text
    assert two.send(f"{meeting}/seal", page=page, passphrase=PASSPHRASE).status_code == 303
    assert "This meeting is sealed" in one.get(page).text
    assert "A short standing catalogue would save months" in one.get(page).text
    assert "Who could stand in" in one.get(page).text
    assert "A pooled fund would let others" not in one.get(page).text  # off the record: destroyed by the seal
    assert "No notes of yours can be found here" in one.get(f"{page}/mine").text


def test_release_is_blocked_by_a_name_then_cut_read_downloaded_and_acknowledged(visit):
    rapporteur = visit("rapporteur")
    form = rapporteur.get(f"{D}/summaries").text
    meeting = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Workshop', form).group(1)
    summary = rapporteur.send(f"{D}/summaries", page=f"{D}/summaries", meeting=meeting).headers["location"]
    good = rapporteur.get(summary).text
    assert "A short standing catalogue" in good
    assert "A pooled fund" not in good

    bad = {
        "title": "Chair's summary",
        "text": "# Fuel\n\nThe Japanese side argued for dates.\n\nProfessor Tachibana agreed.",
        "version": 1,
    }
    assert rapporteur.send(summary, page=summary, **bad).status_code == 303
    blocked = rapporteur.send(f"{summary}/releases", page=summary, party="JP", tlp="TLP:AMBER")
    assert blocked.status_code == 422
    assert re.search(r"<mark>[^<]*Japanese side", blocked.text)
    assert "Professor Tachibana" in blocked.text
    assert "R-1" not in rapporteur.get(f"{D}/releases").text

    text = "# Fuel and equivalents\n\nSmall tranches were easier to verify.\n\nJapan's fuel share remains open."
    assert rapporteur.send(summary, page=summary, title="Chair's summary", text=text, version=2).status_code == 303
    wide = rapporteur.send(f"{summary}/releases", page=summary, party="JP", tlp="TLP:CLEAR")
    assert wide.status_code == 422
    cut = rapporteur.send(f"{summary}/releases", page=summary, party="JP", tlp="TLP:AMBER+STRICT")
    assert cut.status_code == 303, cut.text
    release = cut.headers["location"]

    liaison = visit("liaison-japan")
    shown = liaison.get(release)
    assert "Small tranches were easier to verify." in shown.text
    assert "TLP:AMBER+STRICT" in shown.text
    stranger = visit("liaison-rok")
    missing = release[: release.rindex("/")] + "/00000000-0000-4000-8000-000000000000"
    hidden, absent = stranger.get(release), stranger.get(missing)
    assert (hidden.status_code, _body(hidden, release)) == (404, _body(absent, missing))

    for name, read in (("md", _md), ("docx", _docx), ("pdf", _pdf)):
        data = liaison.get(f"{release}/files/{name}").content
        words = read(data)
        assert "Small tranches were easier to verify." in words, name
        assert words.count("TLP:AMBER+STRICT") >= 2, name
        assert hashlib.sha256(data).hexdigest() in shown.text, name
    assert liaison.send(f"{release}/acknowledge", page=release, remark="Received").status_code == 303
    assert "Acknowledged on" in rapporteur.get(release).text


def _body(answer, path):
    """The two pages differ in nothing but the address that was asked for."""
    return re.sub(
        r'name="form_key" value="[^"]+"', "", answer.text.replace(path, "").replace(path.replace("/", "%2F"), "")
    )


def _md(data):
    return data.decode()


def _docx(data):
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in parts.infolist())
        assert "docProps/thumbnail.jpeg" not in parts.namelist()
        return "".join(parts.read(n).decode() for n in parts.namelist() if n.startswith("word/"))


def _pdf(data):
    reader = PdfReader(io.BytesIO(data))
    assert "/Author" not in (reader.metadata or {})
    return "\n".join(page.extract_text() for page in reader.pages)


def test_participant_lodges_a_red_line_that_others_cannot_tell_exists(visit):
    inside, colleague, outside = (
        visit("tachibana"),
        visit("morinaga"),
        [visit("namgung"), visit("organiser"), visit("observer")],
    )
    before = [re.sub(r'name="form_key" value="[^"]+"', "", v.get(f"{D}/registers").text) for v in outside]
    words = {
        "kind": "red-line",
        "text": "No announcement on fuel before a date.",
        "disclosure": "sealed",
        "capacity": "expert",
    }
    assert inside.send(f"{D}/registers", page=f"{D}/registers", **words).status_code == 303
    assert "No announcement on fuel before a date." in colleague.get(f"{D}/registers").text
    after = [re.sub(r'name="form_key" value="[^"]+"', "", v.get(f"{D}/registers").text) for v in outside]
    assert after == before


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2007-03-01", {"DENUC": "active", "NEAPS": "active"}),
        ("2008-07-15", {"DENUC": "active"}),
        ("2009-02-20", {"DENUC": "stalled", "NEAPS": "active", "ENERGY": "active"}),
    ],
)
def test_board_as_of_a_day_shows_what_was_then_true(visit, day, expected):
    page = visit("observer").get(f"{D}?as_of={day}").text
    for code, state in expected.items():
        card = next(part for part in page.split('<article class="card basket')[1:] if f'"code">{code}</span>' in part)
        assert state in card.split("</p>")[0], (day, code)

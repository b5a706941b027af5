"""The same release made by two people, in two languages and time zones, seconds apart, on two machines: the same bytes, name included."""

from datetime import UTC, datetime

import pytest

from app.core import clock, entropy
from app.main import create_app
from app.start import issue_token
from tests.cast import PASSPHRASE
from tests.conftest import loaded
from tests.figures import figure
from tests.ground.program import Program
from tests.two_worlds.house import seeded

D = "/dialogues/six-party-talks"
ONE = {
    "login": "rapporteur",
    "language": "ko",
    "time_zone": "Asia/Pyongyang",
    "at": datetime(2026, 11, 24, 22, 10, 0, tzinfo=UTC),
}
OTHER = {
    "login": "facilitator",
    "language": "ru",
    "time_zone": "America/New_York",
    "at": datetime(2026, 11, 24, 22, 10, 47, tzinfo=UTC),
}
FORMS = ("md", "docx", "pdf", "json")


def _made(databases, folder, loop, who, monkeypatch, edited):
    """Everything somebody does to release a summary, and the files as the recipient takes them: name of the file, bytes."""
    monkeypatch.setenv("TZ", who["time_zone"])
    with loaded(databases, folder) as ground, clock.frozen(who["at"]), entropy.replaced(seeded(who["at"].second)):
        app = create_app(ground)
        names = (who["login"], "liaison-japan")
        tokens = {name: issue_token(ground, name, name="t", days=1, passphrase=PASSPHRASE) for name in names}
        people = {name: Program(app, loop, token) for name, token in tokens.items()}
        maker, reader = people[who["login"]], people["liaison-japan"]
        maker.client.headers["Accept-Language"] = who["language"]
        assert maker.call("PATCH", "/account", {"time_zone": who["time_zone"]}).status_code == 204
        meetings = maker.get(f"{D}/meetings")["upcoming"]
        meeting = next(line["id"] for line in meetings if line["code"] == "W-2026")
        summary = maker.call("POST", f"{D}/summaries", {"meeting": meeting}).json()
        if edited[0]:
            body = {"title": edited[0], "text": edited[1], "version": 1}
            assert maker.call("PUT", f"{D}/summaries/{summary['id']}", body).status_code == 200
        cut = maker.call("POST", f"{D}/summaries/{summary['id']}/releases", {"party": "JP", "tlp": "TLP:AMBER"})
        assert cut.status_code == 201, cut.text
        here = f"{D}/releases/{cut.json()['line']['id']}/files"
        files = {form: reader.call("GET", f"{here}/{form}").content for form in FORMS}
        for person in people.values():
            person.close()
        return files


EDITED = {
    "as drafted": ("", ""),
    "two languages": ("Chair's summary", "# Fuel\n\nSmall tranches were easier to verify.\n\n작은 물량이 낫다."),
    "a title in Korean": ("의장 요약: 에너지와 검증", "# 연료\n\n작은 물량이 확인하기 쉬웠다."),
    "Mongolian": ("Даргын дүгнэлт", "# Түлш\n\nЖижиг багцыг шалгахад хялбар байв. Өөр зам ч бий — ү, ө, ё.\n\nᠮᠣᠩᠭᠣᠯ"),
    "a long table": (
        "Шаги по порядку",
        "# Table\n\n" + "\n".join(f"| {n} | 步骤 {n} | {n * 1000:,} t | tranche |" for n in range(400)),
    ),
    "odd marks": ("“Dates” & <formulas>", "# عربي\n\ne\u0301 ﬁ 𝛀 👩‍🔬\n\n" + "x" * 3000),
}


@pytest.mark.parametrize("edited", EDITED.values(), ids=EDITED)
def test_same_release_by_two_people_is_byte_identical(databases, tmp_path, loop, monkeypatch, edited):
    one = _made(databases, tmp_path / "a", loop, ONE, monkeypatch, edited)
    other = _made(databases, tmp_path / "b", loop, OTHER, monkeypatch, edited)
    assert set(one) == set(FORMS)
    differing = [form for form in FORMS if one[form] != other[form]]
    figure("P11", files=len(FORMS), differing_files=len(differing))
    assert differing == []
    assert all(len(data) > 500 for data in one.values())

"""Languages: no string outside the catalogues, every language wired, names left as their owners wrote them."""

import pytest
from babel.messages.pofile import read_po

from app.core import catalogues
from app.core.i18n import CATALOGUES, LANGUAGES, gettext, ngettext, pick_language, use_language

OTHERS = [language for language in LANGUAGES if language != "en"]
D = "/dialogues/six-party-talks"


def _ids(catalogue):
    return {message.id for message in catalogue if message.id}


def test_template_holds_every_string_of_code_and_pages():
    with (CATALOGUES / "dipoli.pot").open("rb") as opened:
        kept = _ids(read_po(opened, charset="utf-8"))
    assert kept == _ids(catalogues.extracted()), "run: python -m app.core.catalogues extract"
    assert len(kept) > 400


@pytest.mark.parametrize("language", OTHERS)
def test_catalogue_holds_the_same_strings_and_sound_translations(language):
    found = catalogues.catalogue_of(language)
    assert _ids(found) == _ids(catalogues.extracted())
    assert [str(error) for _message, errors in found.check() for error in errors] == []


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_speaks(language):
    with use_language(language):
        assert gettext("Board") != "Board"
        assert ngettext("%(num)s topic", "%(num)s topics", 2)


@pytest.mark.parametrize(
    ("accepted", "chosen", "expected"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", None, "ko"),
        ("zh-CN", None, "zh_Hans"),
        ("fr,ru;q=0.5", None, "ru"),
        ("fr", None, "en"),
        (None, "mn", "mn"),
        ("ko", "../../etc", "ko"),
        (";;;,,", None, "en"),
    ],
)
def test_language_is_the_chosen_one_or_the_best_that_was_asked_for(accepted, chosen, expected):
    assert pick_language(accepted, chosen) == expected


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_page_speaks_the_readers_language_and_says_so(visit):
    reader = visit("tachibana")
    page = reader.get(D, headers={"Accept-Language": "ko"}).text
    assert '<html lang="ko">' in page
    assert "현황판" in page
    chosen = reader.get(f"/language?to=ja&back={D}")
    assert (chosen.status_code, chosen.headers["location"]) == (303, D)
    assert '<html lang="ja">' in reader.get(D).text
    assert reader.get("/language?to=ja&back=https://elsewhere.example/").headers["location"] == "/"

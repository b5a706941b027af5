"""The identity check: what it finds, what it lets pass, and where it says the words stand."""

import pytest

from app.releases.scanner import BLOCK, WARN, Affiliation, Person, Registry, blocks, scan

PEOPLE = (
    Person("t", "Tachibana", "Reiko", ("橘 玲子", "たちばな れいこ"), ("Institute for Maritime Peace",)),
    Person("n", "Namgung", "Seok", ("남궁 석",)),
    Person("v", "Vetrov", "Alexei", ("Ветров Алексей",)),
)
PARTIES = (
    Affiliation("JP", ("Japan", "Japanese", "일본", "日本", "японская")),
    Affiliation("KR", ("Republic of Korea", "South Korean", "한국")),
)
REGISTRY = Registry(PEOPLE, PARTIES)


def _found(text):
    return [(text[hit.start : hit.end], hit.ref, hit.kind, hit.verdict) for hit in scan(text, REGISTRY)]


@pytest.mark.parametrize(
    "text",
    [
        "Reiko Tachibana spoke.",
        "TACHIBANA Reiko spoke.",
        "tachibana  reiko",
        "Tachibana-Reiko",
        "R. Tachibana spoke.",
        "ReikoTachibana",
        "Rei\u200bko Tachi\u00adbana",
        "Ｒｅｉｋｏ Ｔａｃｈｉｂａｎａ",
        "Réiko Tachibána",
        "Professor Tachibana agreed",
        "橘玲子は述べた",
        "たちばなれいこさん",
        "남궁석은 말했다",
        "남궁 석이 제안했다",
        "Ветров Алексей сказал",
        "An expert of the Institute for Maritime Peace",
        "The Japanese side argued",
        "the Japanese delegation's paper",
        "Japan insisted on dates.",
        "participants from Japan",
        "일본 측은 반대했다",
        "日本方认为",
        "японская сторона заявила",
        "South Korean experts asked",
    ],
)
def test_what_identifies_blocks(text):
    assert blocks(scan(text, REGISTRY)), text


@pytest.mark.parametrize(
    "text",
    [
        "Japan's fuel share remains open.",
        "Ties between Japan and the Republic of Korea were discussed.",
        "A reactor in Japan was inspected.",
        "한국과 일본의 협력이 논의되었다.",
        "Several participants asked for dates.",
        "The chair said so.",
        "Namgungs",
        "",
    ],
)
def test_subject_matter_passes(text):
    assert not blocks(scan(text, REGISTRY)), _found(text)


def test_lone_family_name_only_warns():
    assert _found("As Tachibana is also a flower") == [("Tachibana", "t", "family-name", WARN)]


def test_places_are_those_of_the_text_as_typed():
    text = "Fuel first. Prof. Tachi\u200bbana agreed; later 橘 玲子 too."
    places = {words for words, _ref, _kind, verdict in _found(text) if verdict == BLOCK}
    assert places == {"Prof. Tachi\u200bbana", "橘 玲子"}

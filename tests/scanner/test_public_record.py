"""What is said in public is no attribution, and a name that another script writes by its sound is a name."""

import pytest

from app.scanner import BLOCK, Person, Registry, scan
from app.scanner.hangulising import hangulised
from app.scanner.normalising import normalise
from tests.scanner.cast import PARTIES, REGISTRY


def _blocked(text, registry=REGISTRY):
    return [(text[hit.start : hit.end], hit.kind) for hit in scan(text, registry) if hit.verdict == BLOCK]


@pytest.mark.parametrize(
    "text",
    [
        "North Korea said through its news agency that the test had succeeded.",
        "Tokyo said in a press release that bombers had flown by.",
        "At the press conference, China insisted on its reading.",
        "A Russian scholar, writing in a journal, suggested a zone without mines.",
        "For decades China insisted on that line.",
        "북한은 관영 매체를 통해 시험이 성공했다고 주장했다.",
        "중국 외교부 대변인은 정례 브리핑에서 유감을 표명했다.",
        "朝鲜通过官方媒体称试验成功。",
        "中国外交部发言人在例行记者会上表示遗憾。",
        "北朝鮮は国営メディアを通じて実験の成功を主張した。",
        "ロシアの学者が学術誌で地雷のない地帯を提案した。",
        "Российский учёный в журнальной статье предложил зону без мин.",
        "Москва напомнила о своей позиции в пресс-релизе.",
        "Оросын эрдэмтэн сэтгүүлд мингүй бүс санал болгожээ.",
    ],
)
def test_what_is_said_in_public_does_not_block(text):
    assert _blocked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The Japanese delegation said that the press release was wrong.",
        "The Chinese side insisted on the line in its white paper.",
        "중국 측은 기자회견에서 밝힌 내용을 다시 주장했다.",
        "中方代表团强调记者会上的说法。",
        "日本側は記者会見の内容を改めて主張した。",
        "Японская делегация возразила против пресс-релиза.",
        "Хятадын тал хэвлэлийн бага хурлын талаар эсэргүүцлээ илэрхийлэв.",
        "Tokyo argued for a longer timetable.",
    ],
)
def test_a_word_for_the_room_means_the_room_whatever_stands_beside_it(text):
    assert {kind for _words, kind in _blocked(text)} == {"attribution"}


@pytest.mark.parametrize(
    "text", ["President Wang opened the fair.", "Премьер Ким приехал.", "王总理出席了开幕式。", "이 총리가 방문했다."]
)
def test_a_high_office_nobody_on_record_holds_is_somebody_elses(text):
    assert _blocked(text) == []


def test_a_high_office_on_record_is_a_participants():
    president = Person(
        "p", "Wang", "Jianguo", order="family-first", function="President of the Bohai Forum", party="CN"
    )
    assert _blocked("President Wang opened the meeting.", Registry((president,), PARTIES)) == [
        ("President Wang", "title")
    ]


@pytest.mark.parametrize(
    ("reading", "written"),
    [
        ("たちばな", {"다치바나", "타치바나"}),
        ("きょうこ", {"교코", "쿄코"}),
        ("つしま", {"쓰시마", "츠시마"}),
        ("じゅんいち", {"준이치"}),
        ("さっぽろ", {"삿포로"}),
        ("わたなべ", {"와타나베"}),
        ("たなか", {"다나카", "타나카"}),
    ],
)
def test_a_reading_is_written_in_hangul_by_the_rules_and_as_it_is_heard(reading, written):
    """The first is the spelling of the rules of 1986, as the institute of the language publishes it for these names."""
    assert written <= hangulised(normalise(reading))


@pytest.mark.parametrize(
    "text",
    [
        "다치바나 교코는 동의했다.",
        "타치바나 교수가 물었다.",
        "다치바나교코 교수",
        "다나카 대사는 떠났다.",
        "Кёко Тачибана согласилась.",
        "господин Тачибана",
    ],
)
def test_a_japanese_name_is_found_as_koreans_and_russians_write_it(text):
    assert {kind for _words, kind in _blocked(text)} <= {"name", "title", "romanised", "attribute"}
    assert _blocked(text)


@pytest.mark.parametrize("text", ["하라는 대로 하였다.", "모두 주의하라 했다.", "다나카라고 한다."])
def test_a_family_by_its_sound_alone_is_any_word(text):
    hara = Person("h", "Hara", "Kenji", order="family-first", readings=(("ja", "はら けんじ"),), party="JP")
    assert _blocked(text, Registry((hara,), PARTIES)) == []


@pytest.mark.parametrize(
    "text", ["Ch'iu Wen-li spoke.", "Ch’iu Wen-li spoke.", "Wen-li Ch'iu spoke.", "Professor Ch'iu agreed."]
)
def test_an_aspirate_of_two_letters_keeps_its_apostrophe(text):
    qiu = Person("q", "Qiu", "Wenli", order="family-first", native=(("zh_Hans", "邱文丽"),), party="CN")
    assert _blocked(text, Registry((qiu,), PARTIES))


def test_a_registered_institution_that_speaks_in_japanese_blocks():
    guest = Person("g", "Ono", "Ren", institutions=("瀬戸内フォーラム",), party="JP")
    assert _blocked("瀬戸内フォーラムは共同基金を提案した。", Registry((guest,), PARTIES))
    assert not _blocked("瀬戸内フォーラムは毎年秋に開かれる。", Registry((guest,), PARTIES))


def test_ships_and_firms_of_a_state_are_in_no_room():
    assert _blocked("中国渔船警告了对方。") == []
    assert _blocked("韩国公司提出了报价。") == []

"""Names in the script of another language, readings inside a name, handles; none of these people is in a measured set."""

import pytest

from app.scanner import BLOCK, Party, Person, Registry, scan
from app.scanner.hangulising import hangul_of_pinyin
from app.scanner.sounding import of_cyrillic, of_hangul, of_katakana, of_latin

PEOPLE = (
    Person("w", "Wetherby", "Matthew", party="US"),
    Person("f", "Fields", "Grace", party="US"),
    Person("z", "Животов", "Тимур", patronymic="Ильич", native=(("ru", "Тимур Ильич Животов"),), party="RU"),
    Person("b", "Болд", "Ган-Эрдэнэ", order="family-first", native=(("mn", "Болдын Ган-Эрдэнэ"),), party="MN"),
    Person("s", "Sima", "Qingxuan", order="family-first", native=(("zh_Hans", "司马清萱"),), party="CN"),
    Person("k", "조", "인욱", order="family-first"),
    Person("n", "Narahashi", "Ken", order="family-first", native=(("ja", "楢橋研"),), readings=(("ja", "ならはし けん"),), party="JP"),
)  # fmt: skip
REGISTRY = Registry(PEOPLE, (Party("US"), Party("CN")), "en")


def _blocked(text):
    return {hit.ref for hit in scan(text, REGISTRY) if hit.verdict == BLOCK}


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("어제 매슈 웨더비가 말했다.", "w"),
        ("매튜 웨더비는", "w"),
        ("필즈 교수님께", "f"),
        ("マシュー・ウェザビーは述べた。", "w"),
        ("ウェザビー氏は", "w"),
        ("Мэттью Уэзерби", "w"),
        ("мнение Мэтью Уэзерби", "w"),
        ("그레이스 필즈만", "f"),
        ("グレース＝フィールズ", "f"),
        ("Грейс Филдс", "f"),
        ("티무르 일리치 지보토프", "z"),
        ("チムール・ジヴォトフ", "z"),
        ("볼드 간에르덴", "b"),
        ("ガンエルデネ・ボルド", "b"),
        ("Mr Gan-Erdene", "b"),
        ("쓰마칭쉬안은", "s"),
        ("スーマー・チンシュエン", "s"),
        ("Cho In-uk", "k"),
        ("チョ・イヌク", "k"),
        ("Нарахаси Кэн", "n"),
        ("Ms. Grace (Lefty) Fields", "f"),
        ("楢橋（ならはし）研", "n"),
        ("<ruby>楢橋<rp>(</rp><rt>ならはし</rt><rp>)</rp></ruby>研", "n"),
        ("楢橋《ならはし》研《けん》", "n"),
        ("司马（Sima）清萱", "s"),
        ("m_wetherby", "w"),
        ("m.wetherby", "w"),
        ("wetherby-m", "w"),
        ("https://example.org/~gfields/", "f"),
        ("Mᴀᴛᴛʜᴇᴡ Wᴇᴛʜᴇʀʙʏ", "w"),
        ("Μatthew Wetherby", "w"),
        ("Грейс Филфс", "f"),
        ("Vетherby Matthew", "w"),
    ],
)
def test_a_name_by_its_sound_is_found(text, ref):
    assert ref in _blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        "リチャード・ニクソンは北京を訪れた。",
        "김정은 위원장과 문재인 대통령은 만났다.",
        "ウェザーの報告、グレースフルな着地",
        "위더비치 호텔에서",
        "в российском Дальнем Востоке",
        "Грейс Келли и Мэтью Перри",
        "マシュー・ペリーの来航",
        "그레이스 켈리",
        "The fields (of wheat) grace the valley.",
        "a t-shirt, an x-ray, m.p. and fields_a",
        "三か月（さんかげつ）研究",
    ],
)
def test_others_and_other_words_are_not(text):
    assert _blocked(text) == set()


@pytest.mark.parametrize(
    "text", ["Mathew(x)Wetherby " * 3000, "Grace Fields, Grase Fields. " * 3000, "((" * 50_000, "<rt>" * 9000]
)
def test_many_hits_take_no_more_than_their_number(text):
    assert all(0 <= hit.start < hit.end <= len(text) for hit in scan(text, REGISTRY))


@pytest.mark.parametrize(
    ("pinyin", "hangul"),
    [
        ("zhi", "즈"),
        ("jian", "젠"),
        ("xiao", "샤오"),
        ("yuan", "위안"),
        ("qiu", "추"),
        ("lv", "뤼"),
        ("guo", "궈"),
        ("xx", ""),
    ],
)
def test_pinyin_is_written_by_the_rules_of_1986(pinyin, hangul):
    assert hangul_of_pinyin(pinyin) == hangul


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("wellington", of_hangul("웰링턴")),
        ("wellington", of_katakana("ウェリントン")),
        ("catherine", of_hangul("캐서린")),
        ("schneider", of_katakana("シュナイダー")),
        ("thompson", of_cyrillic("томпсон")),
        ("george", of_cyrillic("джордж")),
    ],
)
def test_a_sound_agrees_with_how_it_is_written_by_ear(name, heard):
    assert any(sound.agrees(heard) for sound in of_latin(name))


def test_a_sound_does_not_agree_with_another_vowel():
    assert not any(sound.agrees(of_katakana("ボル")) for sound in of_latin("bill"))

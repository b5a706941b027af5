"""What the scanner finds, what it lets pass, and where it says the words stand."""

import pytest

from app.scanner import BLOCK, PASS, WARN, Party, Person, Registry, scan, verdict_of
from tests.scanner.cast import REGISTRY


def _found(text):
    return [(text[hit.start : hit.end], hit.ref, hit.kind, hit.verdict) for hit in scan(text, REGISTRY)]


@pytest.mark.parametrize(
    "text",
    [
        "Kyoko Tachibana spoke.",
        "TACHIBANA Kyoko spoke.",
        "tachibana  kyoko",
        "Tachibana-Kyoko",
        "K. Tachibana spoke.",
        "Tachibana K. spoke.",
        "KyokoTachibana",
        "Ｋｙｏｋｏ Ｔａｃｈｉｂａｎａ",
        "Professor Tachibana agreed",
        "Tachibana-san agreed",
        "Tachibana, Kyoko",
        "Tatibana Kyouko said",
        "Kyōko Tachibana",
        "Kyoko Tachi- bana",
        "Kyouko Tatibana",
        "Kyoko Tachibna",
        "Kyoko Tcahibana",
        "Kyoka Tachibana",
        "橘恭子は述べた",
        "橘 恭子氏",
        "橘氏は",
        "橘さん",
        "橘教授の",
        "たちばなきょうこさん",
        "タチバナ・キョウコ",
        "ﾀﾁﾊﾞﾅ ｷｮｳｺ",
        "남궁현주는 말했다",
        "남궁 현주가 제안했다",
        "남궁 박사는",
        "남궁박사",
        "현주 씨",
        "Namgung Hyunju",
        "Hyun-joo Namgoong",
        "Namkung Hyŏnju",
        "NAMGUNG Hyeonju",
        "Dr Namgung",
        "Kim Kyegwan said",
        "Kim Kye-kwan",
        "Gim Gyegwan",
        "KIM Kye Gwan",
        "Kye-gwan Kim",
        "Kim K.-g. said",
        "K. G. Kim",
        "김계관 대사",
        "김 계관은",
        "김 대사는",
        "김대사가",
        "김계관씨는",
        "계관 씨",
        "Wu Ta-wei",
        "Dawei Wu",
        "WU Dawei",
        "Wǔ Dàwěi",
        "Wu Da Wei",
        "武大偉",
        "武大使",
        "武先生",
        "武部长",
        "王建国表示",
        "王建國",
        "老王说",
        "王部长认为",
        "Wang Chien-kuo",
        "Chien-kuo Wang",
        "Mr. Wang",
        "Аркадий Ветров",
        "Ветров Аркадий Семенович",
        "Аркадия Ветрова",
        "с Ветровым Аркадием Семёновичем",
        "А. С. Ветров",
        "Ветрову А.С.",
        "А.С. Ветрову",
        "Аркадий Семёнович отметил",
        "г-н Ветров",
        "господину Ветрову",
        "Arkadii Vetrov",
        "Arkadiy Vetrov",
        "Arkadi Wetrow",
        "Arkadij Vetrov",
        "A. Vetrov",
        "Arkady Semyonovich Vetrov",
        "Лариса Зимина",
        "Лариса Зимина сказала",
        "Ларисе Зиминой",
        "Larissa Zimina",
        "Б.Оюун",
        "Батсүх Оюун",
        "Батсүхийн Оюун",
        "Батсүхийн Оюуны",
        "Оюун гуай",
        "Батсүхийн Оюунд",
        "Batsukhiin Oyuun",
        "B. Oyuun",
        "Oyun Batsuh",
        "Oyuun Batsükh",
        "daniel.whitcombe@example.org",
        "dwhitcombe@example.org",
        "Dаniel Whitсombe",
        "Daniel J. Whitcombe",
        "Whitcombe, Daniel",
        "Song Min-soon",
        "Song Min Soon",
        "Song Minsun",
        "송민순",
        "이지원은 말했다",
        "이지원 박사",
        "이 박사는",
        "Lee Ji Won",
        "Yi Chiwŏn",
        "Jiwon Rhee",
        "Ohno Yoko",
        "Oono Youko",
        "Yoko Ono",
        "大野氏",
        "田中氏",
        "田中さん",
        "田中大使",
        "たなかいちろう",
        "Ichirō Tanaka",
        "Itiro Tanaka",
        "Rei&#107;o &#75;yoko Tachibana",
        "The Japanese side argued",
        "Japan insisted on dates.",
        "a participant from Japan said",
        "the Japanese delegation's concern",
        "South Korean experts asked",
        "as a former admiral, I",
        "According to the Russian delegate",
        "일본 측은 반대했다",
        "북측 대표는 핵사찰이 필요하다고 주장했다",
        "중국은 시간이 필요하다고 주장했다",
        "日方认为",
        "中方代表团指出",
        "日本代表表示",
        "日本側は燃料が先だと述べた",
        "韓国の代表は日程を求めた",
        "中国は反対だと主張した。",
        "российская сторона заявила",
        "Японская делегация возразила",
        "По мнению китайской стороны",
        "Россия заявила, что",
        "Японы тал эсэргүүцэв",
        "Хятадын төлөөлөгч үүнийг зөв гэж үзэв",
        "Монголын тал санал тавив",
        "our university has studied this",
    ],
)
def test_what_identifies_blocks(text):
    assert verdict_of(scan(text, REGISTRY)) == BLOCK, _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Japan's fuel share remains open.",
        "Ties between Japan and the Republic of Korea were discussed.",
        "A reactor in Japan was inspected.",
        "한국과 일본의 협력이 논의되었다.",
        "Россия поставила топливо",
        "북한의 비핵화",
        "日本的份额",
        "Japan will supply fuel to North Korea.",
        "Several participants asked for dates.",
        "Song and dance; the hill; an may lee.",
        "이 지역의 안정",
        "이 문제는 전 장관",
        "国王伟大",
        "提高森林金融",
        "Christopher Hill said",
        "Kim Jong Un said",
        "김정은 위원장은",
        "习近平主席",
        "Мир и безопасность",
        "日本の分担は未解決である。",
        "한반도 비핵화는 계속되어야 한다.",
        "They may song so long as you can.",
        "The delegation visited Japan.",
        "双方代表 各方代表",
        "",
    ],
)
def test_subject_matter_and_common_words_pass(text):
    assert verdict_of(scan(text, REGISTRY)) == PASS, _found(text)


@pytest.mark.parametrize("text", ["이 지원은 중요하다", "As Tachibana is a flower", "The session began at 14:03."])
def test_what_may_be_harmless_warns(text):
    assert verdict_of(scan(text, REGISTRY)) == WARN, _found(text)


def test_places_are_those_of_the_text_as_typed():
    text = "Fuel first. Prof. Tachi\u200bbana agreed; later 橘 恭子 and Rei<b>ko</b> &#75;im K&#121;e-gwan’s paper."
    places = {words for words, _ref, _kind, verdict in _found(text) if verdict == BLOCK}
    assert places == {"Prof. Tachi\u200bbana", "橘 恭子", "&#75;im K&#121;e-gwan"}


def test_a_name_is_found_wherever_it_stands_in_a_long_text():
    filler = "Участники обсудили поставки топлива. 参加者は意見を交換した。The parties met’s again & again. "
    for before in range(0, 2000, 97):
        text = (filler * 40)[:before] + " x Kyoko\nTachibana\n " + filler * 3
        blocked = [text[hit.start : hit.end] for hit in scan(text, REGISTRY) if hit.verdict == BLOCK]
        assert "Kyoko\nTachibana" in blocked, (before, blocked)


def test_a_text_in_another_language_than_the_working_one_warns():
    kinds = {hit.kind for hit in scan("연료", REGISTRY, "ko")}
    assert kinds == {"language"}
    assert scan("Fuel", REGISTRY, "en") == ()


def test_she_tells_only_where_one_woman_is_registered():
    woman, man, other = (
        Person("a", "Abe", "Emi", gender="female"),
        Person("b", "Baker", "Tom", gender="male"),
        Person("c", "Cole", "Ann", gender="female"),
    )
    text = "She argued that fuel comes first."
    assert [hit.ref for hit in scan(text, Registry((woman, man)))] == ["a"]
    assert scan(text, Registry((woman, man, other))) == ()


def test_our_institute_tells_only_where_one_person_has_one():
    one = Person("a", "Abe", "Emi", institutions=("Institute of Law",))
    two = Person("b", "Baker", "Tom", institutions=("Institute of Order",))
    assert verdict_of(scan("Our institute has data.", Registry((one,)))) == BLOCK
    assert verdict_of(scan("Our institute has data.", Registry((one, two)))) == PASS


def test_a_party_by_its_own_names():
    registry = Registry((), (Party("FI", (("en", "Finland"),), (("en", "Finnish"),)),))
    assert [hit.ref for hit in scan("The Finnish side objected.", registry)] == ["FI"]
    assert scan("Finland’s forests", registry) == ()

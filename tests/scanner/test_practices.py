"""Names as each language writes them: honorifics, initials, cases, other scripts, slips."""

import pytest

from app.scanner import BLOCK, PASS, WARN, scan, verdict_of
from tests.scanner.cast import REGISTRY


@pytest.mark.parametrize(
    "text",
    [
        "Татибана Кёко",
        "Dan Whitcombe",
        "Mr. Kіm",
        "Аркаша Ветров",
        "たちばな氏",
        "Кёко Татибана выступила",
        "Татибане Кёко",
        "Ким Ге Гван",
        "Ким Кегвана",
        "Ким Ге Гвана",
        "У Давэй",
        "У Давэя",
        "Ван Цзяньго",
        "Сон Мин Сун",
        "Ли Чжи Вон",
        "Танака Итиро",
        "г-н Татибана",
        "たちばなきゅうこさん",
        "たちばなきょこさん",
        "たちばな きょうかは",
        "たちばなきょうこは",
        "タチバナ\u3000キョウコウ",
        "Prof. K. Tachibana",
        "Tachibana Sensei",
        "kyoko.tachibana@un.org",
        "ktachibana@un.org",
        "@tachibanak",
        "tachibana_kyoko",
        "Kyōko TACHIBANA's view",
        "Tachibana (Kyoko)",
        "Kyoko  T a c h i b a n a",
        "Мr. Tachibana",
        "橘‐恭子",
        "橘・恭子",
        "橘恭子（教授）",
        "橘先生は",
        "恭子さん",
        "橘様",
        "橘教授",
        "송민순씨",
        "송 민 순",
        "송민순이가",
        "송 대표는 말했다",
        "송민순 전 장관",
        "민순 씨",
        "송민순께서는",
        "송민순(외교부)",
        '"송민순"은',
        "김계관동지",
        "王建国先生",
        "王先生说",
        "王 建国",
        "王建国同志",
        "王建 国",
        "WANG JIANGUO",
        "wang jianguo",
        "Wang Jian-guo",
        "Wáng Jiànguó",
        "Jianguo WANG",
        "Dr. Oyuun",
        "Ms Oyuun",
        "Оюун багш",
        "Б. Оюуны",
        "Батсүхийн Оюунтай",
        "Батсүх овогтой Оюун",
        "Whitcombe D.",
        "Admiral Whitcombe",
        "D. J. Whitcombe",
        "Daniel\tWhitcombe",
        "Daniel-Whitcombe",
        "DANIEL WHITCOMBE",
        "DanielWhitcombe",
        "d.whitcombe",
        "Dan1el Whitcombe",
        "Ｄａｎｉｅｌ\u3000Ｗｈｉｔｃｏｍｂｅ",
        "𝐃𝐚𝐧𝐢𝐞𝐥 𝐖𝐡𝐢𝐭𝐜𝐨𝐦𝐛𝐞",
        "Ⓓⓐⓝⓘⓔⓛ Whitcombe",
        "Dänïel Whitcömbe",
        "D\u200ba\u200bn\u200bi\u200be\u200bl Whitcombe",
        "Daniel &#x57;hitcombe",
        "Αrkady Vetrov",
        "Аркадий С. Ветров",
        "Ветров А.",
        "Ветров, Аркадий",
        "Ветров (Аркадий)",
        "Аркадию Семёновичу",
        "Ветровым А. С.",
        "аркадий ветров",
        "Семёнович Ветров Аркадий",
        "Зиминой Ларисы Павловны",
        "Л.П. Зиминой",
        "Зимину Ларису",
        "Ларисы Зиминой",
        "госпожа Зимина",
        "г-жа Зимина",
        "г-же Зиминой",
        "г. Ветров сказал",
        "тов. Ветров",
        "эксперт Ветров",
        "Daniel James Whitcombe",
        "Whitcombe Daniel James",
    ],
)
def test_the_forms_of_a_name_block(text):
    assert verdict_of(scan(text, REGISTRY)) == BLOCK, scan(text, REGISTRY)


@pytest.mark.parametrize(
    "text",
    [
        "Он и она не пришли, но в мире есть дела.",
        "У нас нет данных; и Но, и О — буквы.",
        "橘色の旗",
        "송이버섯과 민순한",
    ],
)
def test_words_that_only_look_alike_pass(text):
    assert verdict_of(scan(text, REGISTRY)) == PASS, scan(text, REGISTRY)


@pytest.mark.parametrize(
    "text", ["국왕 王部长 &#x4B;im", "<b>" * 50, "\ud800 Kim \ue000\ue002", "ᄀ" * 30, "Kim " * 300, "\u3000" * 9]
)
def test_any_text_is_answered_with_places_inside_it(text):
    assert all(0 <= hit.start < hit.end <= len(text) for hit in scan(text, REGISTRY, "en"))


def test_a_public_figure_who_takes_no_part_is_no_hit():
    assert scan("김정은 위원장은 연설했다. Kim Jong Un spoke; Владимиру Путину вручили.", REGISTRY) == ()


def test_another_person_of_the_same_family_is_at_most_a_warning():
    assert verdict_of(scan("Ambassador Kim Yong-nam and Minister Wang Yi met.", REGISTRY)) != BLOCK


@pytest.mark.parametrize("text", ["Аркадий Семёнович Соловьёв", "Соловьёва Аркадия Семёновича"])
def test_a_namesake_with_another_family_is_only_a_warning(text):
    assert verdict_of(scan(text, REGISTRY)) == WARN, scan(text, REGISTRY)

"""Who speaks without being named: a party, a delegation, an institution, an office that only one registered person holds."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.leaks.filling import Case, marked
from tests.leaks.people import Invented, parties, people

RUSSIAN = {
    "CN": "китайск",
    "KP": "северокорейск",
    "JP": "японск",
    "KR": "южнокорейск",
    "RU": "российск",
    "US": "американск",
    "MN": "монгольск",
}
FEMININE = {"KP", "JP", "KR", "RU", "MN"}  # the verb after the short name in Russian
ENGLISH = {"KP": "the DPRK", "KR": "the ROK", "US": "the United States"}
SCRIPTS = {
    "en": "^[A-Za-z ,'-]+$", "ko": "[가-힣]", "zh_Hans": "^[一-鿿]+$", "zh_Hant": "^[一-鿿]+$", "ja": "[一-鿿ぁ-ヿ]", "ru": "[а-яё]{2}", "mn": "[а-яёөү]{2}",
}  # fmt: skip
HOMES = {"ko": {"kr", "kp"}, "zh_Hans": {"cn"}, "zh_Hant": {"tw", "hk"}, "ja": {"ja"}, "ru": {"ru"}, "mn": {"mn"}}
TRADITIONAL = {
    "半岛合作部": "半島合作部",
    "边境和平事务部": "邊境和平事務部",
    "远东燃料署": "遠東燃料署",
    "北方能源署": "北方能源署",
}
MINISTRY, AGENCY = {"seo-dd", "kim-dy"}, {"dymkovsky-p", "yakhontov-v"}


def _slots(party: dict[str, Any], language: str) -> dict[str, str]:
    names = party["names"][language]
    adjective = RUSSIAN[party["code"]]
    short = ENGLISH.get(party["code"], names["short"]) if language == "en" else names["short"]
    return {
        "{dem}": party["names"]["en"]["demonym"], "{short}": short, "{fang}": names.get("demonym", ""), "{gawa}": names.get("demonym", ""),
        "{gen}": names.get("demonym", ""), "{Adj}": adjective.capitalize(), "{adj}": adjective,
    }  # fmt: skip


def _with_slots(sentence: str, slots: dict[str, str]) -> str:
    for slot, text in slots.items():
        sentence = sentence.replace(slot, text)
    sentence = re.sub(r"\b([Aa]) (?=American)", r"\1n ", sentence)
    return re.sub(r"^⟦(\w)", lambda m: "⟦" + m[1].upper(), sentence)


def attribution_cases(templates: dict[str, Any], language: str, split: str) -> Iterator[Case]:
    for pattern, sentences in templates["attribution"].items():
        for sentence in sentences:
            if pattern == "institution":
                yield from _institutions(sentence, language, split)
                continue
            for party in parties(split):
                if language == "ru" and pattern == "short" and party["code"] not in FEMININE:
                    continue
                yield marked(_with_slots(sentence, _slots(party, language)), pattern, party["code"])


def _institutions(sentence: str, language: str, split: str) -> Iterator[Case]:
    for person in people(split):
        for institution in _institutions_in(person, language):
            if language == "en" and re.search(
                r"\b(of|for|Centre|Center|Forum|Council|Institute|University)\b", institution
            ):
                shown = institution if institution.endswith("University") else f"the {institution}"
            else:
                shown = institution
            yield marked(_with_slots(sentence, {"{inst}": shown}), "institution", person.ref)


def _institutions_in(person: Invented, language: str) -> Iterator[str]:
    """The institution's names in the language of the text; abbreviations are tested in English. Two persons' institutions have a name
    in every language, in a fixed order.
    """
    if person.ref in MINISTRY | AGENCY:
        yield from _everywhere(person, language)
    elif language == "en" or person.culture in HOMES[language]:
        yield from (name for name in person.institutions if re.search(SCRIPTS[language], name))


ENDINGS = {"ko": "[부청]$", "zh_Hans": "[部署]$", "zh_Hant": "[部署]$", "ja": "[省庁]$", "ru": "^(Министерство|[А-Я][а-я-]+ [а-я]+ агентство)", "mn": "(яам|агентлаг)$"}  # fmt: skip


def _everywhere(person: Invented, language: str) -> Iterator[str]:
    if language == "en":
        yield from (name for name in person.institutions if name.isascii())
        return
    named = next(name for name in person.institutions if re.search(ENDINGS[language], name))
    yield TRADITIONAL[named] if language == "zh_Hant" else named


def attribute_cases(templates: dict[str, Any], language: str, split: str) -> Iterator[Case]:
    """Offices, ranks and institutions in the first person that fit one person of the registry and no other."""
    for person in people(split):
        spoken, function = person.function
        if spoken == language or (language.startswith("zh") and spoken == "zh" and person.culture in HOMES[language]):
            for sentence in templates["function"]:
                yield marked(_with_slots(sentence, _function_slots(function, language)), "native-function", person.ref)
        for refs, key in ((MINISTRY, "ministry"), (AGENCY, "agency")):
            if person.ref in refs:
                yield from (marked(sentence, f"our-{key}", person.ref) for sentence in templates[key])
    yield from _ranks(templates.get("rank", []), split)


def _function_slots(function: str, language: str) -> dict[str, str]:
    lower = function[0].lower() + function[1:] if language == "en" else function
    return {"{f}": lower, "{F}": function[0].upper() + function[1:]}


def _ranks(sentences: list[str], split: str) -> Iterator[Case]:
    count = Counter(person.honorific for person in people(split))
    for person in people(split):
        if person.honorific in {"Rear Admiral", "Brigadier General", "Colonel"} and count[person.honorific] == 1:
            for sentence in sentences:
                yield marked(_with_slots(sentence, {"{rank}": person.honorific.lower()}), "rank", person.ref)

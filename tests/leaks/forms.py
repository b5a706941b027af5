"""The written forms of a person by class: what a text may call them. Each form is (variant, text); a Form with a level below is a warning."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.leaks import inflect, romanise
from tests.leaks.people import Invented, Name
from tests.leaks.romanise import plain
from tests.leaks.variants import EAST_ASIAN, LATIN_AND_CYRILLIC, one_edit

EASTERN = {"ko", "zh_Hans", "zh_Hant", "ja"}


class Form(NamedTuple):
    variant: str
    text: str
    level: str = "block"


Forms = Iterator[Form]


def exact(person: Invented, language: str) -> Forms:
    """As registered: the native form of the language, the Latin one, the other spellings."""
    native = person.native(language)
    if native and (language in person.own or language in person.names) and not _unregistered_script(person, language):
        yield Form("native", native.full)
    yield Form("latin", person.latin.full)
    for spelling in person.facts["spellings"]:
        yield Form("spelling", spelling)


def _unregistered_script(person: Invented, language: str) -> bool:
    """A Chinese name is registered in one script only; the other one belongs to the normalised class."""
    registered = {"cn": "zh_Hans", "tw": "zh_Hant", "hk": "zh_Hant"}.get(person.culture)
    return language.startswith("zh") and registered is not None and registered != language


def normalised(person: Invented, language: str) -> Forms:
    native = person.native(language)
    if native and _unregistered_script(person, language) and native.full != person.names[_registered(person)].full:
        yield Form("native-other-script", native.full)
    if native:
        yield from _disfigured(native, "native", EAST_ASIAN if language in EASTERN else LATIN_AND_CYRILLIC)
    reading = person.facts["readings"].get("ja")
    if language == "ja" and reading:
        yield from _readings(reading)
    yield from _disfigured(person.latin, "latin", LATIN_AND_CYRILLIC)


def _registered(person: Invented) -> str:
    return "zh_Hans" if person.culture == "cn" else "zh_Hant"


def _disfigured(name: Name, script: str, table: dict) -> Forms:
    text = name.full if not name.patronymic else f"{name.given} {name.family}"
    for variant, change in table.items():
        made = change(text)
        if made is not None:
            yield Form(f"{script}-{variant}", made)
    if name.space == "" and script == "native":
        yield Form("native-spaced", f"{name.family} {name.given}")
        yield Form("native-wide-spaced", f"{name.family}\u3000{name.given}")


def _readings(reading: str) -> Forms:
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in reading)
    yield Form("native-reading", reading)
    yield Form("native-reading-joined", reading.replace(" ", ""))
    yield Form("native-katakana", katakana)
    half = EAST_ASIAN["half-kana"](katakana)
    if half:
        yield Form("native-half-kana", half)


def order(person: Invented, language: str) -> Forms:
    native = person.native(language)
    if native:
        yield from _orders(native, "native", "、" if language == "ja" else "，" if language.startswith("zh") else ", ")
    yield from _orders(person.latin, "latin", ", ")
    if person.culture == "mn" and language == "mn":
        yield Form("native-plain-father", f"{person.facts['father']} {person.facts['given']}")
        yield Form("native-swapped-father", f"{person.facts['given']} {person.facts['father']}")


def _orders(name: Name, script: str, comma: str) -> Forms:
    family, given, upper = name.family, name.given, name.family.upper()
    swapped = f"{given} {family}" if name.family_first else f"{family} {given}"
    yield Form(f"{script}-swapped", swapped)
    yield Form(f"{script}-comma", f"{family}{comma}{given}")
    if upper != family:
        yield Form(f"{script}-comma-upper", f"{upper}{comma}{given}")
        yield Form(f"{script}-upper-first", f"{upper} {given}")
        yield Form(f"{script}-upper-last", f"{given} {upper}")
    if name.patronymic:
        yield Form(f"{script}-patronymic-last", f"{family} {given} {name.patronymic}")
        yield Form(f"{script}-comma-patronymic", f"{family}, {given} {name.patronymic}")
        yield Form(f"{script}-without-patronymic", f"{given} {family}")


def initials(person: Invented, language: str) -> Forms:
    """Initials with the family name; in Mongolian the father's initial with the given name, which is the name there."""
    if person.culture == "mn":
        yield from _mongolian_initials(person, language)
        return
    native = person.native(language)
    if native and language in {"ru", "mn"}:
        yield from _initials(native, "native")
    yield from _initials(person.latin, "latin")


def _mongolian_initials(person: Invented, language: str) -> Forms:
    given, father = person.facts["given"], person.facts["father"]
    if language in {"mn", "ru"}:
        yield Form("native-spaced", f"{father[0]}. {given}")
        yield Form("native-joined", f"{father[0]}.{given}")
    yield Form("latin-spaced", f"{person.latin.family[0]}. {person.latin.given}")
    yield Form("latin-joined", f"{person.latin.family[0]}.{person.latin.given}")


def _initials(name: Name, script: str) -> Forms:
    parts = [part for part in re.split(r"[ -]", name.given) if part]
    parts += [name.patronymic] if name.patronymic else []
    letters = [part[0].upper() for part in parts]
    spaced, joined, hyphened = ". ".join(letters) + ".", ".".join(letters) + ".", ".-".join(letters) + "."
    yield Form(f"{script}-first", f"{spaced} {name.family}")
    yield Form(f"{script}-last", f"{name.family} {spaced}")
    yield Form(f"{script}-one", f"{letters[0]}. {name.family}")
    if letters[0] not in "IAОИУЯ":
        yield Form(f"{script}-bare", f"{letters[0]} {name.family}")
    if len(letters) > 1:
        yield Form(f"{script}-joined", f"{joined} {name.family}")
        yield Form(f"{script}-joined-last", f"{name.family} {joined}")
        if not name.patronymic:
            yield Form(f"{script}-hyphen", f"{hyphened} {name.family}")


def slugs(name: Name) -> tuple[str, str]:
    bare = [re.sub(r"[^a-z]", "", plain(part).lower()) for part in (name.family, name.given)]
    return bare[0], bare[1]


def handle(person: Invented, language: str) -> Forms:
    family, given = slugs(person.latin)
    yield Form("dotted", f"{given}.{family}@example.org")
    yield Form("dotted-family", f"{family}.{given}@example.net")
    yield Form("joined", f"{given}{family}@example.com")
    yield Form("underscore", f"@{given}_{family}")
    yield Form("joined-handle", f"@{family}{given}")
    yield Form("hyphen", f"{family}-{given}")
    if len(family) >= 5:
        yield Form("initial-dotted", f"{given[0]}.{family}@example.org")
        yield Form("initial", f"{given[0]}{family}@example.net")
        yield Form("initial-last", f"{family}{given[0]}@example.com")


def romanised(person: Invented, language: str) -> Forms:
    """By system; whatever is a registered spelling already is no test of romanisation and is left out."""
    known = {_key(text) for text in (person.latin.full, *person.facts["spellings"])}
    for system, (family, given) in _systems(person).items():
        name = Name(family, given, family_first=True)
        if _key(name.full) in known or _key(f"{given} {family}") in known:
            continue
        yield Form(f"{system}-family-first", f"{family} {given}")
        if not system.endswith("genitive"):  # "of Badarch, Enkhtaivan" has one order
            yield Form(f"{system}-given-first", f"{given} {family}")
    for spelling in person.facts.get("adhoc", []):
        if _key(spelling) not in known:
            yield Form("adhoc", spelling)


def _key(text: str) -> str:
    return re.sub(r"[^a-zāáǎàēéěèīíǐìōóǒòūúǔùŏŭôûëžčšŝâûèêïöü’']", "", text.lower())


def _systems(person: Invented) -> dict[str, romanise.Pair]:
    facts = person.facts
    if person.culture in {"kr", "kp"}:
        return romanise.korean(facts["family"], facts["given"])
    if person.culture in {"cn", "tw", "hk"}:
        family, given = next(iter(facts["readings"].values())).split(" ")
        return romanise.chinese(family, given)
    if person.culture == "ja":
        family, given = facts["readings"]["ja"].split(" ")
        return romanise.japanese(family, given)
    if person.culture == "ru":
        return romanise.russian(facts["family"], facts["given"])
    if person.culture == "mn":
        genitive = {
            f"{k}-genitive": v
            for k, v in romanise.mongolian(facts["family"], facts["given"]).items()
            if k in {"national", "passport"}
        }
        return romanise.mongolian(facts["father"], facts["given"]) | genitive
    return {}


def edited(person: Invented, language: str) -> Forms:
    native = person.native(language)
    if native and not (language in EASTERN and not re.search("[ァ-ヺ]{3}", native.full)):
        text = native.full if not native.patronymic else f"{native.given} {native.family}"
        yield from _edits(text, "native")
    yield from _edits(person.latin.full, "latin")


def _edits(text: str, script: str) -> Forms:
    for turn in range(8):
        made = one_edit(text, turn)
        if made:
            yield Form(f"{script}-{('insert', 'delete', 'replace', 'swap')[turn % 4]}", made)


TITLES = {
    "en": {
        "m": ["Mr {}", "Dr {}", "Ambassador {}", "Professor {}", "Dr. {}", "Mr. {}"],
        "f": ["Ms {}", "Dr {}", "Ambassador {}", "Professor {}", "Prof. {}", "Madam {}"],
    },
    "ko": {
        "m": ["{} 박사", "{} 교수님", "{} 국장", "{} 대사", "{}박사", "{} 소장님", "{} 위원"],
        "f": ["{} 박사", "{} 교수님", "{} 국장", "{} 대사", "{}박사", "{} 여사", "{} 참사관"],
    },
    "zh_Hans": {
        "m": ["{}先生", "{}博士", "{}教授", "{}大使", "{}主任", "{}参赞"],
        "f": ["{}女士", "{}博士", "{}教授", "{}大使", "{}司长", "{}研究员"],
    },
    "zh_Hant": {
        "m": ["{}先生", "{}博士", "{}教授", "{}大使", "{}主任", "{}參贊"],
        "f": ["{}女士", "{}博士", "{}教授", "{}大使", "{}司長", "{}研究員"],
    },
    "ja": {
        "m": ["{}氏", "{}教授", "{}大使", "{}局長", "{}さん", "{}先生"],
        "f": ["{}氏", "{}教授", "{}参事官", "{}博士", "{}さん", "{}先生"],
    },
    "mn": {
        "m": ["ноён {}", "доктор {}", "профессор {}", "элчин сайд {}", "{} гуай", "захирал {}"],
        "f": ["хатагтай {}", "доктор {}", "профессор {}", "элчин сайд {}", "{} гуай", "захирал {}"],
    },
}


def title(person: Invented, language: str) -> Forms:
    """Family name with a title; for Mongolians the given name, which is what a title goes with."""
    if language == "en":
        called = person.latin.given if person.culture == "mn" else person.latin.family
        yield from (Form("latin", pattern.format(called)) for pattern in TITLES["en"][person.sex])
        if person.honorific not in {"Mr", "Ms", "Dr"}:
            yield Form("latin-own", f"{person.honorific} {called}")
        return
    native = person.native(language)
    if native:
        called = native.given if person.culture == "mn" else native.family
        yield from (Form("native", pattern.format(called)) for pattern in TITLES[language][person.sex])
    if native and person.culture != "en" and language in EASTERN:
        yield from (Form("native-full", pattern.format(native.full)) for pattern in TITLES[language][person.sex][:2])


RUSSIAN_TITLES = {
    "m": {
        "г-н": "г-на г-ну г-на г-ном г-не",
        "господин": "господина господину господина господином господине",
        "профессор": "профессора профессору профессора профессором профессоре",
        "посол": "посла послу посла послом после",
    },
    "f": {
        "г-жа": "г-жи г-же г-жу г-жой г-же",
        "госпожа": "госпожи госпоже госпожу госпожой госпоже",
        "профессор": "профессора профессору профессора профессором профессоре",
        "доктор": "доктора доктору доктора доктором докторе",
    },
}


def russian_title(person: Invented, case: str) -> Forms:
    name = person.native("ru")
    if name is None or person.culture == "mn":
        return
    forms = _family_cases(person, name)
    for word, declined in RUSSIAN_TITLES[person.sex].items():
        if case == "nom":
            yield Form("native", f"{word} {name.family}")
        else:
            at = inflect.CASES.index(case)
            yield Form("native", f"{declined.split()[at]} {forms[at]}")
    if name.patronymic:
        given, patronymic = inflect.russian_given(name.given), inflect.russian_patronymic(name.patronymic)
        at = None if case == "nom" else inflect.CASES.index(case)
        text = f"{name.given} {name.patronymic}" if at is None else f"{given[at]} {patronymic[at]}"
        yield Form("native-name-and-patronymic", text, "warn")


def _family_cases(person: Invented, name: Name) -> inflect.Forms:
    if person.culture == "ru":
        return inflect.russian_family(name.family, person.sex)
    return inflect.russian_foreign(name.family, person.sex, family=True)


def russian_inflected(person: Invented, case: str) -> Forms:
    name = person.native("ru")
    if name is None or person.culture not in {"ru", "en"}:
        return
    at = inflect.CASES.index(case)
    family = _family_cases(person, name)[at]
    if person.culture == "en":
        given = inflect.russian_foreign(name.given, person.sex, family=False)[at]
        if (given, family) != (name.given, name.family):
            yield Form("native-foreign", f"{given} {family}")
        return
    given = inflect.russian_given(name.given)[at]
    patronymic = inflect.russian_patronymic(name.patronymic)[at]
    yield Form("native", f"{given} {family}")
    yield Form("native-patronymic", f"{given} {patronymic} {family}")
    yield Form("native-family-first", f"{family} {given} {patronymic}")
    if family != name.family:
        yield Form("native-initials", f"{name.given[0]}. {name.patronymic[0]}. {family}")


def _towards(name: str) -> str:
    """The directive word: луу after р, front vowels with the vowels of the last syllables."""
    vowels = "үү" if re.search("[эөү]", name[-4:]) else "уу"
    return ("л" if name.endswith("р") else "р") + vowels


def mongolian_inflected(person: Invented, case: str) -> Forms:
    name = person.native("mn")
    if name is None or person.culture != "mn":
        return
    forms = dict(zip(("gen", "dat", "acc", "abl", "ins", "com"), person.facts["cases"], strict=True))
    called = f"{name.given} {_towards(name.given)}" if case == "dir" else forms[case]
    yield Form("native", f"{name.family} {called}")
    yield Form("native-initial", f"{person.facts['father'][0]}. {called}")
    yield Form("native-initial-joined", f"{person.facts['father'][0]}.{called}")
    yield Form("native-father", f"{person.facts['father']} {called}")

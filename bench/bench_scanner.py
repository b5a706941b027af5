"""The identity-leak scanner with 1,000 registered people against a Presidio deny list of their names, over the same text in the same run.

The whole scan is timed, normalising and offsets included, on one core. Presidio is no development requirement; without it the floor is
missing and the script says how to get it. The bar is 20 times Presidio's rate.
"""

import gc
import importlib.util
import random
import statistics
import time
from collections.abc import Callable

from app.scanner import Party, Person, Registry, scan
from app.scanner.romanising import korean, readings

ROUNDS, SIZE, PEOPLE = 7, 1_000_000, 1000
PROSE = {
    "en": (
        "The participants reviewed how fuel deliveries and inspection steps could be sequenced, and noted that dates remain open.",
        "Several speakers recalled that Japan’s share of the deliveries has been outstanding since the second phase.",
        "Others asked whether a substitute could give that part first, and under which conditions it may be taken back.",
        "A calendar of small steps, each of which can be verified by those who were not in the room, was thought to help.",
    ),
    "ko": (
        "참가자들은 연료 공급과 검증 절차의 순서를 검토하였으며, 시한이 정해지지 않았다는 점에 유의하였다.",
        "일본의 분담 문제가 남아 있다는 점이 상기되었다.",
        "대체 공급의 조건과 이후의 정산 방법에 관하여 여러 의견이 교환되었다.",
    ),
    "zh": (
        "与会者讨论了燃料供应与核查步骤的先后次序，注意到期限尚未确定。",
        "日本的份额问题仍未解决，这一点再次被提及。",
        "关于替代供应的条件以及事后结算的办法，会上交换了看法，没有形成结论。",
    ),
    "ja": (
        "参加者は燃料供給と検証手続きの順序を検討し、期限がまだ定まっていないことに留意した。",
        "日本の分担が未解決であることが想起された。",
        "代替供給の条件と事後の精算方法について意見が交換されたが、結論には至らなかった。",
    ),
    "ru": (
        "Участники обсудили последовательность поставок топлива и шагов проверки; было отмечено, что сроки остаются открытыми.",
        "Напомнили, что доля Японии остаётся непоставленной.",
        "Об условиях замещающей поставки и о последующих расчётах обменялись мнениями, не приходя к выводам.",
    ),
    "mn": (
        "Оролцогчид түлш нийлүүлэх дараалал, шалгалтын журмын талаар санал солилцож, хугацаа тогтоогоогүйг тэмдэглэв.",
        "Японы оруулах хувь одоо хүртэл нийлүүлэгдээгүй байгааг дурдав.",
        "Орлуулах нийлүүлэлтийн нөхцөл, дараах тооцооны аргын талаар ярилцсан боловч дүгнэлтэд хүрээгүй.",
    ),
}


def prose(size: int) -> str:
    """Mixed text of about so many bytes, numbered, so that it is not only a repetition."""
    draw, parts, length = random.Random(7), [], 0
    while length < size:
        sentences = PROSE[draw.choice(list(PROSE))]
        part = (
            f"{len(parts)}. "
            + " ".join(draw.choices(sentences, k=4))
            + f" (D-{draw.randrange(10**6)}, § {draw.randrange(999)})\n"
        )
        parts.append(part)
        length += len(part.encode())
    return "".join(parts)


def people(count: int) -> tuple[Person, ...]:
    """Invented people of six naming traditions."""
    draw = random.Random(11)
    return tuple(MAKERS[n % len(MAKERS)](draw, f"p{n}") for n in range(count))


def _korean(draw: random.Random, ref: str) -> Person:
    family, given = (
        draw.choice("강고곽구권김남노류문박배백변서석성손송신심안양엄오우유윤이임장정조주지진차최추표하한허홍황"),
        "".join(
            draw.choices(
                "경관교규근기남다덕도동란래령룡미민범병보봉빈상서석선성소수숙순승아연영예옥완용우원윤은의인일재정제종주준지진찬창철춘태하학현형혜호화환훈희",
                k=2,
            )
        ),
    )
    latin = [korean(syllable, first=True)[0] for syllable in family + given]
    return Person(
        ref,
        latin[0].title(),
        "-".join(latin[1:]).capitalize(),
        order="family-first",
        native=(("ko", family + given),),
        party="KR",
    )


def _chinese(draw: random.Random, ref: str) -> Person:
    family, given = (
        draw.choice("王李张刘陈杨赵黄周吴徐孙胡朱郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕"),
        "".join(draw.choices("伟芳娜敏静秀丽强磊军洋勇艳杰娟涛超兰霞刚桂英玉萍红鹏辉建博志远晓海", k=2)),
    )
    latin = [readings()[sign][0] for sign in family + given]
    return Person(
        ref,
        latin[0].title(),
        "".join(latin[1:]).title(),
        order="family-first",
        native=(("zh_Hans", family + given),),
        party="CN",
    )


def _japanese(draw: random.Random, ref: str) -> Person:
    family = draw.choice(
        ["佐藤 さとう Sato", "鈴木 すずき Suzuki", "橘 たちばな Tachibana", "大野 おおの Ono", "森永 もりなが Morinaga"]
    ).split()
    given = draw.choice(
        ["玲子 れいこ Reiko", "洋子 ようこ Yoko", "哲郎 てつろう Tetsuro", "翔太 しょうた Shota"]
    ).split()
    return Person(
        ref,
        family[2],
        given[2],
        order="family-first",
        native=(("ja", family[0] + given[0]),),
        readings=(("ja", f"{family[1]} {given[1]}"),),
        party="JP",
    )


def _russian(draw: random.Random, ref: str) -> Person:
    stem = "".join(draw.choices(["вет", "зим", "лас", "кор", "гор", "тал", "мур"], k=2)).capitalize()
    given, patronymic = (
        draw.choice(["Сергей", "Алексей", "Юрий", "Аркадий"]),
        draw.choice(["Петрович", "Семёнович", "Ильич"]),
    )
    return Person(
        ref, f"{stem}ов", given, patronymic=patronymic, native=(("ru", f"{given} {patronymic} {stem}ов"),), party="RU"
    )


def _mongolian(draw: random.Random, ref: str) -> Person:
    father, given = (
        draw.choice(["Батсүх", "Ганбаатар", "Дорж", "Энхтүвшин"]),
        draw.choice(["Оюун", "Тэмүүлэн", "Сарнай", "Номин"]),
    )
    return Person(ref, father, given, order="family-first", native=(("mn", f"{father}ын {given}"),), party="MN")


def _western(draw: random.Random, ref: str) -> Person:
    family = "".join(draw.choices(["whit", "hal", "lind", "cast", "ferr", "comb"], k=2)).capitalize() + draw.choice(
        ["e", "son", "by"]
    )
    return Person(ref, family, draw.choice(["Daniel", "Lucia", "Rupert", "Miriam", "Astrid"]), party="US")


MAKERS = (_korean, _chinese, _japanese, _russian, _mongolian, _western)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    registered = people(PEOPLE)
    registry = Registry(registered, tuple(Party(code) for code in ("CN", "JP", "KP", "KR", "MN", "RU", "US")), "en")
    text = prose(SIZE)
    size = len(text.encode()) / 1e6
    built = seconds(lambda: scan("", registry))
    gc.freeze()
    cold = seconds(lambda: scan(text, registry))
    ours = statistics.median(seconds(lambda: scan(text, registry)) for _round in range(ROUNDS))
    print(
        f"scanner, {PEOPLE} people: {size / ours:.1f} MB/s ({size / cold:.1f} the first time; automata built in {built:.1f} s, once)"
    )
    if importlib.util.find_spec("presidio_analyzer") is None:
        print(
            "  the floor is missing: pip install --require-hashes -r requirements-bench.lock into an environment of its own"
        )
        return
    floor = presidio(registered)
    theirs = statistics.median(seconds(lambda: floor(text)) for _round in range(3))
    print(f"  {theirs / ours:.1f} x a Presidio deny list of the same names ({size / theirs:.2f} MB/s); the bar is 20")


def presidio(registered: tuple[Person, ...]) -> Callable[[str], object]:
    """Presidio's engine with a deny-list recogniser alone, on a blank pipeline: nothing else slows it."""
    import spacy  # noqa: PLC0415
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    names = [f"{p.family} {p.given}" if p.order == "family-first" else f"{p.given} {p.family}" for p in registered]
    pipeline = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    pipeline.nlp = {"en": spacy.blank("en")}
    pipeline.nlp["en"].max_length = 10**8
    registry = RecognizerRegistry([PatternRecognizer(supported_entity="PERSON", deny_list=names)])
    engine = AnalyzerEngine(registry=registry, nlp_engine=pipeline, supported_languages=["en"])
    return lambda text: engine.analyze(text, language="en")


if __name__ == "__main__":
    main()

"""Small grammars of attribution for Korean, Chinese and Japanese, over run-together text."""

import re
from collections.abc import Callable
from functools import cache

from app.scanner.normalising import STOP, Normalised
from app.scanner.speech import any_of

_PATTERNS = {
    "ko": r"(?:의|에서온|쪽)?[가-힣]{{0,4}}?(?:{}){{1,2}}(?:들)?(?:은|는|이|가|도|께서|에서는|에서도|에서|에따르면|에의하면|에의해|의|으로부터|측은|측이)?",
    "zh": r"的?[\u4e00-\u9fff]{{0,3}}?(?:{})",
    "ja": r"(?:の|からの)?[\u4e00-\u9fff]{{0,4}}?(?:{0})(?:の?(?:{0}))?(?:たち)?(?:の(?:一人|1人|一部|ひとり))?(?:からは|からも|から|によれば|によると|によって|により|に言わせれば|にいわせれば|としては|は|が|も|の)?",
}


@cache
def _speakers(language: str) -> re.Pattern[str]:
    """What may follow a party's name where somebody of it speaks."""
    return re.compile(_PATTERNS[language].format(any_of(f"{language}-speaker").pattern))


def korean(text: str, end: int, bound: int) -> int:
    """How far the attribution reaches behind a party in Hangul; 0 where nobody speaks."""
    rest = text[end:bound]
    speaker = _speakers("ko").match(rest)
    topic = re.match(r"(?:은|는|이|가|도)", rest)
    if not speaker and not topic:
        return 0
    if topic and text[end - 1] == "측":
        return topic.end()
    if speaker:
        return _korean_near(rest, speaker) or _korean_said(rest, speaker.end(), is_speaker=True)
    return 0 if _is_inside(text, end, rest[:1]) else _korean_said(rest, 1, is_speaker=False)


def _korean_near(rest: str, speaker: re.Match[str]) -> int:
    """Somebody of the room as the subject, with a view, or with a verb close by."""
    head = speaker.end()
    if _KO_PRESENT.search(speaker.group()) and not _VISIT.search(rest):
        return head
    if speaker.group().endswith("의") and (own := any_of("ko-own").match(rest, head)):
        return own.end()
    near = any_of("ko-strict").search(rest, head, head + 9)
    return near.end() if near and near.start() <= head + 6 else 0


def _korean_said(rest: str, head: int, *, is_speaker: bool) -> int:
    """The verb of saying that ends the sentence; of a state without a delegation it must be an active one."""
    sentence = re.match(
        r".*?(?:했다|하였다|였다|었다|았다|혔다|했으며|했고|한다|했음|됐다|렸다|렸으며|혔으며|췄다|었다|웠다|습니다|했습니다|함)",
        rest[head:],
    )
    scope = rest[head : head + (sentence.end() if sentence else 0)]
    verbs = any_of("ko-strict", "ko-broad") if is_speaker else any_of("ko-strict")
    found = list(verbs.finditer(scope))
    if not found or (not is_speaker and _KO_PASSIVE.match(scope, found[-1].end())):
        return 0
    return head + found[-1].end() if len(scope) - found[-1].end() < 12 else 0


_KO_PRESENT = re.compile(
    r"에따르면$|에의하면$|(?:측|쪽|대표단|대표|참가자|참석자|참관인)(?:들)?(?:은|는|이|가|도|께서|에서는|에서도|에서|에의해)$"
)
"""Somebody of the room as the subject: no verb of saying is needed."""
_KO_PASSIVE = re.compile("되|돼|됐|받|이있|가있|이나왔|가나왔|이제기|가제기|에대|을위|를위|사항|할")


def _is_inside(text: str, end: int, particle: str) -> bool:
    """Whether somebody else is the subject of the sentence, and the state only that of a clause within it."""
    if particle not in {"이", "가"}:
        return False
    before = text[max(0, end - 24, text.rfind(STOP, 0, end) + 1) : end]
    return bool(re.search("(?:참가자|참석자|의장|발언자|연사|위원|전문가|누군가|교수)(?:들)?(?:은|는|이|가)", before))


def chinese(text: str, end: int, bound: int, *, is_side: bool) -> int:
    """The same in Chinese: 方, 代表团 or the state itself, then a verb of saying within the clause."""
    rest = text[end:bound]
    if present := _ZH_PRESENT.match(rest):
        return present.end()
    speaker = _speakers("zh").match(rest)
    head = 0 if is_side else speaker.end() if speaker else 0
    speaks = is_side or speaker is not None
    gap = 8 if speaks else 4
    if speaks and rest[head : head + 1] == "的" and (own := any_of("zh-own").match(rest, head + 1)):
        return own.end()
    verbs = any_of("zh-strict", "zh-broad") if speaks else any_of("zh-strict")
    found = verbs.search(rest, head, head + gap + 4)
    if not found or found.start() > head + gap:
        return 0
    between = rest[head : found.start()]
    is_elsewhere = re.search(r"的|向|对|与|和|被|将|把", between.replace("再次", "")) and (
        not speaks or "的" in between
    )
    if is_elsewhere or (not speaks and any_of("zh-outside").match(between)):
        return 0
    is_other = any(rest[found.start() : found.start() + size] in _ZH_NOT for size in (2, 3))
    return 0 if is_other else found.end()


_ZH_NOT = frozenset({"说明书", "要求的", "建议的", "声明的", "说法", "提出的", "主张的"})
_ZH_LEAD = re.compile(r"(?:据|按照|根据|用|照)$")


def japanese(text: str, end: int, bound: int, *, is_body: bool) -> int:
    """The same in Japanese: 側は, の代表は, or the state or a body with は, and a verb of saying that ends the sentence."""
    rest = text[end:bound]
    if speaker := _speakers("ja").match(rest):
        return _japanese_speaker(rest, speaker)
    topic = re.match(r"は|が|も|としては|によれば|によると", rest)
    if not topic or len(topic.group()) > 1:
        return topic.end() if topic else 0
    return _japanese_said(rest, topic.end(), is_speaker=is_body)


def _japanese_speaker(rest: str, speaker: re.Match[str]) -> int:
    """Somebody of the room as the subject, "according to", or with a view."""
    words, head = speaker.group(), speaker.end()
    is_present = _JA_PRESENT.search(words) and not _VISIT.search(rest)
    if is_present or re.search("によれば|によると|言わせれば|いわせれば|としては", words):
        return head
    if words.endswith("の"):
        own = any_of("ja-own").match(rest, head)
        return own.end() if own else 0
    if not re.search("(?:から|は|が|も|によって|により)$", words):
        return 0
    return _japanese_said(rest, head, is_speaker=True)


def _japanese_said(rest: str, head: int, *, is_speaker: bool) -> int:
    """The verb of saying that ends the sentence."""
    verbs = any_of("ja-strict", "ja-broad") if is_speaker else any_of("ja-strict")
    found = list(verbs.finditer(rest, head))
    if not found:
        return 0
    last = found[-1]
    tail = rest[last.end() :]
    said = re.match(r"(?:[ぁ-ん]{0,12})?$", tail) or re.match("した|て|る|た|ました|を示|が示|が出|を述", tail)
    quotes = rest[last.start() - 1 : last.start()] in {"と", "を", "に", "く", "も"}
    return last.end() if said and (is_speaker or quotes) else 0


_VISIT = re.compile("방문|도착|예정|파견|입국|출국|访问|访れ|到着|派遣|予定|来日|出场")
"""Delegations also travel, which anybody may know."""
_JA_PRESENT = re.compile(
    "(?:侧|代表团|代表団|代表|参加者|出席者)(?:たち)?(?:は|が|も|から|からは|からも|によって|により)$"
)
"""Somebody of the room as the subject: no verb of saying is needed."""
_ZH_PRESENT = re.compile(
    "[\u4e00-\u9fff]{0,3}?(?:代表团|与会者|与会代表|参会者|与会专家)(?![于将要已正]{0,2}(?:将|要|访|到|抵|前往|参加))"
)


_ZH_ROOM = re.compile("[\u4e00-\u9fff]{0,2}?(?:代表|与会者|团员|专家|学者|官员)")


def eastern(ready: Normalised, language: str, start: int, end: int, *, is_body: bool = False) -> int:
    """The end of an attribution in Korean, Chinese or Japanese in the run-together text, or 0.

    `is_body`: what is named is an institution of the registry, which is in the room whenever it speaks.
    """
    text = ready.compact
    bound = text.find(STOP, end, end + 140)
    bound = bound if bound >= 0 else min(len(text), end + 140)
    if language == "ko":
        reach = korean(text, end, min(bound, end + 90))
        return end + reach if reach else 0
    is_side = text[end - 1 : end] in {"方", "侧"} and end - start == 2
    if is_side and language == "zh" and start and text[start - 1] in "被遭":
        return end
    if (
        language == "zh"
        and text[max(0, start - 2) : start] in {"出自", "来自", "源自"}
        and (is_side or _ZH_ROOM.match(text, end))
    ):
        return end
    clause = _clause(ready, start, end, bound)
    if language == "zh" and not re.search("[ぁ-んァ-ン]", text[end : min(bound, end + 12)]):
        if (
            start
            and _ZH_LEAD.search(text[max(0, start - 3) : start])
            and text[end : end + 1] in {"称", "说", "的", "代", "看", "介", "所", "透"}
        ):
            return end + 1
        reach = chinese(text, end, max(clause, min(bound, end + 14)) if is_side else clause, is_side=is_side)
        return end + reach if reach else 0
    reach = japanese(text, end, bound, is_body=is_body) if language == "ja" else 0
    return end + reach if reach else 0


@cache
def quick(language: str) -> Callable[[str, int, int], re.Match[str] | None] | None:
    """What must follow soon for an attribution to be there at all: a quick no for most mentions of a state."""
    if language == "zh":
        return any_of("zh-strict", "zh-broad", "zh-own", "zh-present").search
    if language in _TOPICS:
        return re.compile(f"{_TOPICS[language]}|{_speakers(language).pattern}").match
    return None


_TOPICS = {"ko": "[은는이가도]", "ja": "[はがもとに]"}


def _clause(ready: Normalised, start: int, end: int, bound: int) -> int:
    """Where the run of characters without a sign of punctuation ends."""
    token = ready.token_at(end - 1)
    return min(bound, ready.place_of(token) + len(ready.tokens[token]) + 12)

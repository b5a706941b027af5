"""Bad input gets a clear answer and breaks nothing: every act of the table of who may what, asked wrongly in ways made from a seed.

Bodies of other types, shapes and sizes, no JSON at all, other ids, odd queries and headers; through both doors. An answer may be any but
a failure of ours (5xx), and each refusal says what is wrong.
"""

import json
import os
import random
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from app.main import create_app
from tests.access.test_matrix import READS, WRITES, Row, World
from tests.cast import CAST
from tests.figures import figure
from tests.ground.browser import FORM_KEY
from tests.two_worlds.doors import Answer, ask

INPUTS = 10_000 if os.environ.get("DIPOLI_TEST_LONG") or os.environ.get("DIPOLI_FIGURES") else 1500
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**40, 1.5, float("nan"), float("inf"), "", " ", "x" * 20_000, "\x00", "\ud800", "\u202e", "𝛀" * 300,
    "0000-00-00", "2026-02-30", "9999-12-31", "10000-01-01", "2026-11-24T25:61", "../../etc/passwd", "' OR 1=1 --", "{{7*7}}",
    "00000000-0000-0000-0000-000000000000", "TLP:PUCE", [], {}, [[[[]]]], {"a": {"b": {"c": None}}}, ["x"] * 5000, [None, 1, "x"],
)  # fmt: skip
RAW = (
    b"",
    b"{",
    b"[",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"{" * 3000,
    b'{"a":' * 2000,
    b"a=1&b=2",
    b"1e999",
    b'{"a":1,"a":2}',
    b"NaN",
)
HEADERS = (
    {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}, {"content-type": "multipart/form-data"},
    {"content-type": "multipart/form-data; boundary=" + "x" * 300}, {"accept-language": "x" * 4000}, {"accept-language": "qq;q=z,,;"},
    {"authorization": "Bearer "}, {"authorization": "Basic !!!"}, {"cookie": "dipoli=\xff; =; ;;"}, {"content-length": "-1"},
    {"origin": "null"}, {"host": "a.b"}, {"accept": "*/*;q=z"}, {"if-none-match": '"'}, {"range": "bytes=9-1"},
)  # fmt: skip


class Fuzzer:
    """One row of the table, asked wrongly in one way."""

    def __init__(self, seed: int, things: dict[str, str]) -> None:
        self.rng, self.things = random.Random(seed), things

    def path(self, row: Row) -> str:
        where = row.path.format(**self.things)
        if self.rng.random() < 0.25:
            parts = where.partition("?")[0].split("/")
            place = self.rng.randrange(3, len(parts)) if len(parts) > 3 else 2
            parts[place] = quote(str(self.rng.choice(ODD))[:200].encode("utf-8", "surrogatepass"))
            where = "/".join(parts)
        if self.rng.random() < 0.25:
            name = self.rng.choice(
                ("as_of", "q", "kind", "subject", "stall", "checkpoint", "show", "focus", "party", "tlp", "next")
            )
            value = str(self.rng.choice(ODD))[:3000].encode("utf-8", "surrogatepass")
            where = f"{where.partition('?')[0]}?{name}={quote(value)}"
        return where

    def fields(self, row: Row) -> dict[str, Any]:
        """What may be asked, with one to three fields changed, left out or added."""
        known = row.body if isinstance(row.body, dict) else {"body": "x", "version": 1}
        found = {k: v.format(**self.things) if isinstance(v, str) else v for k, v in known.items()}
        for _turn in range(self.rng.randint(1, 3)):
            name = self.rng.choice([*found, "unknown", "version", "text", "tlp"])
            if self.rng.random() < 0.2:
                found.pop(name, None)
            else:
                found[name] = self.rng.choice(ODD)
        return found

    def json(self, row: Row) -> bytes:
        if self.rng.random() < 0.2:
            return self.rng.choice(RAW)
        body: Any = self.fields(row)
        return json.dumps([body] if self.rng.random() < 0.05 else body).encode()

    def form(self, row: Row, key: str) -> bytes:
        pairs = [("form_key", key)]
        pairs += [(k, str(v)[:20_000].encode("utf-8", "surrogatepass")) for k, v in self.fields(row).items()]
        return urlencode(pairs).encode()

    def headers(self) -> dict[str, str]:
        return self.rng.choice(HEADERS) if self.rng.random() < 0.15 else {}


@pytest.fixture
def world(ground, program):
    return World(ground, program)


def _broken(answer: Answer) -> bool:
    """A failure of ours; or a refusal without a word."""
    return answer.status >= 500 or (answer.status >= 400 and not answer.body)


@pytest.mark.sqlite_only(
    "what is refused is refused before the database is asked; its own errors are in tests/test_bad_input.py"
)
def test_no_input_breaks_a_program_s_door(ground, loop, world):
    app, broken, seen = create_app(ground), {}, Counter[int]()
    rows = [*READS, *WRITES]
    for seed in range(INPUTS * 2 // 3):
        fuzzer = Fuzzer(seed, world.things)
        row = fuzzer.rng.choice(rows)
        who = fuzzer.rng.choice(sorted(row.may) or list(CAST))
        headers = {
            "content-type": "application/json",
            "authorization": world.programs[who].client.headers["authorization"],
        }
        body = fuzzer.json(row) if row.method != "GET" else b""
        answer = ask(app, loop, row.method, f"/api/v1{fuzzer.path(row)}", headers | fuzzer.headers(), body)
        seen[answer.status] += 1
        if _broken(answer):
            broken[seed] = (row.name, answer.status, body[:200])
    assert broken == {}
    assert {200, 400, 404, 422} - seen.keys() <= {400}
    figure("P15", inputs=sum(seen.values()), failures=len(broken))


@pytest.mark.sqlite_only(
    "what is refused is refused before the database is asked; its own errors are in tests/test_bad_input.py"
)
def test_no_input_breaks_a_page(ground, loop, world, visit):
    app, broken, seen = create_app(ground), {}, Counter[int]()
    people = {login: visit(login) for login in ("organiser", "facilitator", "tachibana")}
    cookies = {n: "; ".join(f"{c}={v}" for c, v in each.client.cookies.items()) for n, each in people.items()}
    keys: dict[str, str] = {}
    for seed in range(INPUTS // 3):
        fuzzer = Fuzzer(-1 - seed, world.things)
        row = fuzzer.rng.choice([*READS, *(row for row in WRITES if row.method == "POST")])
        who = fuzzer.rng.choice(sorted(row.may & people.keys()) or sorted(people))
        headers = {"cookie": cookies[who], "content-type": "application/x-www-form-urlencoded"}
        if row.method == "POST" and who not in keys:
            found = FORM_KEY.search(people[who].get("/styleguide").text)
            keys[who] = found[1] if found else ""
        body = fuzzer.form(row, keys.get(who, "")) if row.method == "POST" else b""
        answer = ask(app, loop, row.method, fuzzer.path(row), headers | fuzzer.headers(), body)
        if answer.status < 400:
            keys.pop(who, None)  # used
        seen[answer.status] += 1
        if _broken(answer):
            broken[seed] = (row.name, answer.status, body[:200])
    assert broken == {}
    assert seen.keys() >= {200, 404, 422}
    figure("P15", inputs=sum(seen.values()), failures=len(broken))

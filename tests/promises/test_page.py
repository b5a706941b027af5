"""The page of promises: for everybody, in every language, each promise beside a test that exists and a number that was counted."""

import ast
import json
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from app.core.i18n import LANGUAGES
from app.promises.register import FIGURES, NOT_PROMISED, PROMISES
from app.promises.service import MEASURED
from tests import figures

D = "/dialogues/six-party-talks"


@pytest.mark.parametrize("node", sorted({test for promise in PROMISES for test in promise.tests}))
def test_every_test_that_is_named_as_a_proof_exists(node):
    path, _colons, name = node.partition("::")
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    assert name in {item.name for item in tree.body if isinstance(item, ast.FunctionDef)}


def test_promises_are_the_registers_and_figures_have_words():
    assert [promise.code for promise in PROMISES] == [f"P{n}" for n in range(1, 23)]
    measured = json.loads(MEASURED.read_text())
    assert set(measured) <= {promise.code for promise in PROMISES}
    for code, found in measured.items():
        assert date.fromisoformat(found["on"])
        assert found["counts"], code
        for name, value in found["counts"].items():
            assert FIGURES[name.partition(":")[0]]
            assert isinstance(value, int), "counted, not written"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.sqlite_only("nothing of it is in a database")
def test_stranger_reads_it_in_every_language(visit, language):
    stranger = visit()
    answer = stranger.get("/promises", headers={"Accept-Language": language.replace("_", "-")})
    assert answer.status_code == 200
    assert all(f'id="{promise.code}"' in answer.text for promise in PROMISES)
    if language == "en":
        text = unescape(answer.text)
        assert all(promise.words in text for promise in PROMISES)
        assert all(sentence in text for sentence in NOT_PROMISED)


@pytest.mark.sqlite_only("nothing of it is in a database")
def test_page_twin_and_file_say_the_same_and_what_was_not_counted_has_no_number(visit, program):
    told = {each["code"]: each for each in program().get("/promises")["promises"]}
    measured, page = json.loads(MEASURED.read_text()), visit().get("/promises").text
    for promise in PROMISES:
        card = page.split(f'id="{promise.code}"')[1].split("</article>")[0]
        found = measured.get(promise.code)
        assert ("Not measured yet." in card) == (found is None)
        assert ("No test proves this yet" in card) == (not promise.tests)
        assert told[promise.code]["measured_on"] == (found and found["on"])
        assert [each["value"] for each in told[promise.code]["figures"]] == list(
            (found or {"counts": {}})["counts"].values()
        )
        for value in (found or {"counts": {}})["counts"].values():
            assert f"<dd>{value:,}</dd>" in card


@pytest.mark.sqlite_only("links are the same on both databases")
def test_page_is_linked_where_somebody_decides_to_trust(visit):
    author = visit("liang")
    meeting = author.get(f"{D}/meetings").text.split(">Workshop")[0].rsplit('href="', 1)[1].rstrip('"')
    for page in (visit().get("/sign-in").text, author.get(f"{meeting}/notes").text):
        assert page.split("</main>")[0].count('href="/promises"') == 1
        assert page.split("</main>")[1].count('href="/promises"') == 1


def test_counts_of_all_processes_are_added_up(tmp_path, monkeypatch):
    monkeypatch.setenv("DIPOLI_FIGURES", str(tmp_path))
    figures.figure("P13", mutations=1000, found=1000)
    figures.figure("P13", mutations=1000, found=999)
    (tmp_path / "other.jsonl").write_text('{"promise": "P10", "counts": {"mentions:ko": 3}}\n')
    assert figures.added_up(tmp_path) == {"P13": {"mutations": 2000, "found": 1999}, "P10": {"mentions:ko": 3}}
    (tmp_path / "other.jsonl").write_text('{"promise": "P10", "counts": {"brilliance": 3}}\n')
    with pytest.raises(KeyError):
        figures.added_up(tmp_path)

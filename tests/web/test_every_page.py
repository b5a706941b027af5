"""What holds of every page, whoever looks: found by following the links."""

import re

import html5lib
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import event

from app.interchange.loading import load
from app.interchange.reading import parse
from app.main import create_app
from app.web.sheet import stylesheet
from tests.cast import CAST, PASSPHRASE
from tests.ground.crawl import pages_of

D = "/dialogues/six-party-talks"
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=()",
}
WITHOUT_TWIN = {  # what only a browser has: its sign-in, its language, its files; and what has no content
    "/",
    "/sign-in",
    "/sign-out",
    "/language",
    "/account/second-factor",
    "/static/{digest}.css",
    "/static/{name}",
    "/styleguide",
    "/healthz",
    "/readyz",
    "/api/openapi.json",
}
ANOTHER_NAME = {"/account/preferences": "/account", "/account/tokens/{token_id}/revoke": "/account/tokens/{token_id}"}
H = "/dialogues/{dialogue}"
ONLY_SHOWS_A_FORM = {
    "/invitations/{token}",
    *(f"{H}/roadmap/{{code}}/{act}" for act in ("state", "grades", "instalments", "handovers", "links")),
    *(f"{H}/obstacles/{part}" for part in ("new", "{code}/lift", "{code}/links")),
    f"{H}/exchanges/new",
    f"{H}/texts/{{code}}/adopt",
    f"{H}/mandates/{{mandate_id}}/hand",
    *(f"{H}/exchanges/{{code}}/{act}" for act in ("readings", "end", "resume")),
    f"{H}/instalments/{{instalment_id}}/withdraw",
    f"{H}/handovers/{{handover_id}}/agree",
    f"{H}/links/{{link_id}}/end",
    f"{H}/handovers/{{handover_id}}/revoke",
    f"{H}/waivers/{{waiver_id}}/revoke",
}


@pytest.fixture
def everybody(visit):
    rapporteur = visit("rapporteur")
    form = rapporteur.get(f"{D}/summaries").text
    meeting = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Workshop', form).group(1)
    summary = rapporteur.send(f"{D}/summaries", page=f"{D}/summaries", meeting=meeting).headers["location"]
    words = {"title": "Chair's summary", "text": "# Fuel\n\nSmall tranches were easier to verify.", "version": 1}
    rapporteur.send(summary, page=summary, **words)
    cut = rapporteur.send(f"{summary}/releases", page=summary, party="JP", tlp="TLP:AMBER")
    assert cut.status_code == 303
    people = {login: visit(login) for login in CAST if login != "rapporteur"} | {"rapporteur": rapporteur}
    return {login: pages_of(person) for login, person in people.items()} | {"stranger": pages_of(visit(), "/sign-in")}


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_every_page_is_sound(everybody):
    """Good HTML, security headers, a title of its own, nothing cached, light enough for a slow line."""
    kinds = 0
    for login, pages in everybody.items():
        for path, answer in pages.items():
            where = (login, path)
            assert answer.status_code == 200, where
            assert all(answer.headers[name].startswith(value) for name, value in HEADERS.items()), where
            assert "server" not in answer.headers
            if path.startswith("/static"):
                continue
            assert answer.headers["cache-control"] == "no-store", where
            assert not {"etag", "last-modified"} & set(answer.headers), where
            if answer.headers["content-type"].startswith("text/html"):
                kinds += 1
                assert len(answer.content) % 4096 == 0, where
                _is_good_html(answer.text, where)
                assert len(answer.content) + len(stylesheet()[0]) < 150_000, where
    assert kinds > 60


def _is_good_html(source, where):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(source)  # raises for any parse error
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), (where, sorted(i for i in ids if ids.count(i) > 1))
    known = set(ids)
    for element in tree.iter():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            assert element.get(name) is None or element.get(name) in known, (where, name, element.get(name))
    titles = tree.findall(".//title")
    assert len(titles) == 1
    assert titles[0].text.strip() != "· Dipoli", where
    assert len(tree.findall(".//h1")) == 1, where
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", source), where


@pytest.mark.sqlite_only("errors are the same on both databases")
def test_error_answers_carry_the_headers_too(visit):
    visitor = visit("tachibana")
    answers = [
        visitor.get("/nowhere"),
        visitor.get(f"{D}/meetings/nothing"),
        visitor.get(f"{D}/summaries"),
        visitor.request("DELETE", "/account"),
        visitor.request("POST", f"{D}/registers", data={"text": "x"}),
        visitor.get("/api/v1/account"),
        visitor.request("POST", "/sign-in", content=b"x" * 2_000_000),
    ]
    assert [a.status_code for a in answers] == [404, 404, 403, 405, 403, 401, 413]
    for answer in answers:
        assert all(answer.headers[name].startswith(value) for name, value in HEADERS.items()), answer.request.url
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.sqlite_only("routes do not depend on the database")
def test_every_page_has_its_json_twin(ground):
    paths = {}
    for context in iter_route_contexts(create_app(ground).routes):
        paths.setdefault(context.path, set()).update(context.methods or ())
    changing = {"POST", "PUT", "PATCH", "DELETE"}
    pages = {path: methods for path, methods in paths.items() if not path.startswith("/api/v1")}
    assert set(pages) >= WITHOUT_TWIN
    for path, methods in pages.items():
        if path in WITHOUT_TWIN:
            continue
        twin = paths.get(f"/api/v1{ANOTHER_NAME.get(path, path)}", set())
        shows = "GET" in methods and path not in ONLY_SHOWS_A_FORM
        assert not shows or twin & ({"GET"} if not path.endswith("/preview") else changing), path
        assert not methods & changing or twin & changing, path


PROCESS = """format: dipoli/1
dialogue: {code: wide, title: {en: Wide}, demonstration: true}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
people:
- {ref: a, family: Aone, party: A, demonstration: true}
- {ref: f, family: Eff, demonstration: true}
memberships:
- {person: a, roles: [participant], login: wide-a}
- {person: f, roles: [facilitator], login: wide-f}
baskets: [{code: B, title: {en: Strand one}, members: [A], changes: [{state: active, on: 2020-01-01}]}]
"""


def _document(size):
    changes = "changes: [{state: agreed, on: 2020-01-01}]"
    steps = [f"- {{code: S{n}, basket: B, actors: [A], title: {{en: Step {n}}}, {changes}}}" for n in range(size)]
    links = [f"- {{from: S{n}, kind: requires, to: S{n - 1}}}" for n in range(1, size)]
    opened = "changes: [{state: open, on: 2020-01-01}]"
    topics = [f"- {{code: T{n}, basket: B, title: {{en: Topic}}, grade: 2, {opened}}}" for n in range(size)]
    entry = "kind: interest, party: A, disclosure: shared, text: Dates, demonstration: true"
    entries = [f"- {{{entry}}}" for n in range(size)]
    notes = [f"  - {{agenda: '1', by: a, body: Note {n}}}" for n in range(size)]
    meeting = [
        "- code: M1",
        "  kind: workshop",
        "  title: {en: Workshop}",
        "  starts: 2026-01-01",
        "  ends: 2026-01-02",
        "  state: open",
        "  demonstration: true",
        "  agenda: [{ref: '1', title: Things}]",
        "  attendance: [{person: a, capacity: expert}, {person: f, capacity: secretariat}]",
        "  notes:",
        *notes,
    ]
    held = [
        f"- {{code: H{n}, kind: plenary, title: {{en: Held}}, starts: 2019-01-01, ends: 2019-01-02}}"
        for n in range(size)
    ]
    lists = {"steps": steps, "links": links, "topics": topics, "entries": entries, "meetings": [*meeting, *held]}
    return PROCESS + "".join(f"{name}:\n" + "\n".join(lines) + "\n" for name, lines in lists.items())


@pytest.mark.sqlite_only("the statements are the same on both databases")
def test_no_page_asks_more_when_there_is_more(ground, visit, databases, tmp_path):
    counts = {}
    for size in (10, 1000):
        document = _document(size).replace("code: wide", f"code: wide{size}").replace("wide-", f"w{size}-")
        load(ground, parse(document), accounts={f"w{size}-a": PASSPHRASE, f"w{size}-f": PASSPHRASE})
        for login in (f"w{size}-a", f"w{size}-f"):
            visitor = visit(login)
            here = f"/dialogues/wide{size}"
            meeting = re.search(rf'href="({here}/meetings/[0-9a-f-]+)">Workshop', visitor.get(f"{here}/meetings").text)
            for path in ("", "/impact?stall=B", "/baskets/B", "/roadmap", "/roadmap/S5", "/registers", "/meetings"):
                counts.setdefault((login[-1], path), []).append(_statements(ground, visitor, here + path))
            for path in ("", "/notes", "/notes/mine"):
                counts.setdefault((login[-1], f"meeting{path}"), []).append(
                    _statements(ground, visitor, meeting[1] + path)
                )
    assert {where: pair for where, pair in counts.items() if pair[0] != pair[1]} == {}
    assert len(counts) == 20


def _statements(ground, visitor, path):
    seen = []

    def record(*given):
        seen.append(given[2])

    event.listen(ground.engine, "before_cursor_execute", record)
    assert visitor.get(path).status_code == 200, path
    event.remove(ground.engine, "before_cursor_execute", record)
    return len(seen)

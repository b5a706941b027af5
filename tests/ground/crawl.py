"""Every page that a person can reach by links, one of each kind."""

import re
from typing import Any
from urllib.parse import urlsplit

LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)"')
KIND = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/baskets/)[^/?]+|(?<=/roadmap/)[^/?]+|(?<=/log/entries/)\d+|\?.*")


def pages_of(visitor: Any, start: str = "/") -> dict[str, Any]:
    """Path to answer of every page reached from `start`; of pages that differ only in an id or a query, the first."""
    found: dict[str, Any] = {}
    seen, waiting = set(), [start]
    while waiting:
        path = waiting.pop(0).replace("&amp;", "&")
        kind = KIND.sub("*", path)
        if kind in seen or path.startswith("/language"):
            continue
        seen.add(kind)
        answer = visitor.get(path)
        if answer.status_code == 303:
            waiting.append(urlsplit(answer.headers["location"]).path)
            continue
        found[path] = answer
        if answer.headers["content-type"].startswith("text/html"):
            waiting += LINK.findall(answer.text)
    return found

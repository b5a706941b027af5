"""A program with a bearer token: the second way in."""

from typing import Any

import httpx
from fastapi import FastAPI


class Program:
    """Speaks to the JSON twins. Without a token it is a stranger."""

    def __init__(self, app: FastAPI, loop: Any, token: str | None) -> None:
        self.loop = loop
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.loop.run_until_complete(self.client.request(method, f"/api/v1{path}", json=body))  # type: ignore[no-any-return]

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())

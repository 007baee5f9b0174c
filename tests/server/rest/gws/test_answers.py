"""What becomes of errors that nobody expected."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from switchbell.rest.gws.answers import answer_errors


async def fail(request: web.Request) -> web.Response:
    raise RuntimeError("a secret")


async def test_a_mistake_of_ours_is_logged_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = web.Application(middlewares=[answer_errors])
    app.router.add_get("/", fail)
    async with TestClient(TestServer(app)) as client, client.get("/") as response:
        assert response.status == 500
        assert await response.json() == {
            "statusCode": 4,
            "statusMessage": "The server failed to process the request.",
        }
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "a secret" in caplog.text

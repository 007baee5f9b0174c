"""Bayeux over HTTP long-polling: aiocometd's transport, made to work on Python 3.11 and later.

What aiocometd 0.4.5 gets wrong here, and this class puts right:

* its constructor passes ``loop=`` to a semaphore, which no longer takes it;
* its cookie jar drops the cookies of servers that are addressed by IP number;
* it gives aiohttp a bare number as timeout, the same for a held connect and for all else;
* it lets ``TimeoutError``, bad JSON and JSON that is not Bayeux out untranslated.
"""

import asyncio
from typing import Any

import aiohttp
from aiocometd.constants import MetaChannel
from aiocometd.exceptions import TransportError, TransportTimeoutError
from aiocometd.transports.long_polling import LongPollingTransport
from aiocometd.typing import Headers, JsonObject, Payload

from switchbell_client.reconnecting import ReconnectingTransport

_MILLISECOND = 0.001
_OK = 200
# How long a server may hold a connect if it has not said so (the default of CometD's clients).
_DEFAULT_HOLD = 60.0


class LongPolling(ReconnectingTransport, LongPollingTransport):
    """One Bayeux session over HTTP POSTs, of which the server holds one until there is news.

    ``network_delay`` is what a request may take beyond the time that the server holds it, in
    seconds (CometD's ``maxNetworkDelay``).
    """

    # aiohttp waits for its sockets to close by itself; a pause after that is of no use.
    _HTTP_SESSION_CLOSE_TIMEOUT = 0

    def __init__(self, *, network_delay: float = 10.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._network_delay = network_delay
        self._http_semaphore = asyncio.Semaphore(2)

    async def _get_http_session(self) -> aiohttp.ClientSession:
        if self._http_session is None:
            self._http_session = aiohttp.ClientSession(
                # "Unsafe" means: keep the cookies of hosts that are IP numbers, too.
                cookie_jar=aiohttp.CookieJar(unsafe=True),
                json_serialize=self._json_dumps,
            )
        return self._http_session

    async def _send_final_payload(self, payload: Payload, *, headers: Headers) -> JsonObject:
        try:
            async with self._http_semaphore:
                messages, answer_headers = await self._post(payload, headers)
        except TimeoutError as error:  # before ClientError: some of aiohttp's are both
            raise TransportTimeoutError(f"{self._url} did not answer in time") from error
        except aiohttp.ClientError as error:
            raise TransportError(str(error) or type(error).__name__) from error
        reply = await self._consume_payload(
            messages, headers=answer_headers, find_response_for=payload[0]
        )
        if reply is None:
            raise TransportError(f"{self._url} did not reply to the message")
        return reply

    async def _post(self, payload: Payload, headers: Headers) -> tuple[Payload, Headers]:
        session = await self._get_http_session()
        async with session.post(
            self._url,
            json=payload,
            headers=headers,
            ssl=True if self.ssl is None else self.ssl,
            timeout=aiohttp.ClientTimeout(total=self._patience(payload)),
        ) as response:
            body = await response.read()
            if response.status != _OK:
                raise TransportError(f"{self._url} answered HTTP {response.status}")
            return self._messages(body), dict(response.headers)

    def _patience(self, payload: Payload) -> float:
        """Seconds to wait for the answer. Only a connect is held by the server, if it may."""
        if payload[0]["channel"] != MetaChannel.CONNECT or "advice" in payload[0]:
            return self._network_delay
        hold = self.reconnect_advice.get("timeout")
        seconds = hold * _MILLISECOND if isinstance(hold, int | float) else _DEFAULT_HOLD
        return seconds + self._network_delay

    def _messages(self, body: bytes | str) -> Payload:
        try:
            text = body if isinstance(body, str) else body.decode()
            messages: Any = self._json_loads(text)
        except ValueError as error:
            raise TransportError(f"{self._url} answered no JSON") from error
        if not isinstance(messages, list) or not all(map(_is_message, messages)):
            raise TransportError(f"{self._url} answered no Bayeux messages")
        return messages


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("channel"), str)
        and isinstance(value.get("advice", {}), dict)
    )

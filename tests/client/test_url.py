"""What is taken for the address of a server."""

import pytest

from switchbell_client.url import server_url


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8080", "https://x.example/centre", "http://[::1]:1"]
)
def test_a_url(text: str) -> None:
    assert server_url(text) == server_url(text + "/") == text


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1:8080", "localhost:8080", "x", "", "//x:1", "ftp://x", "http://", "http://x:y"],
)
def test_no_url(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not the URL of a server: write it as http://HOST:PORT"
    ):
        server_url(text)

"""``switchbell trace`` as a process: what it writes where, and how it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PARTIES = 'title = "Some"\nparties = ["A", "B"]\n'
DIAL = '{ party = "A", operation = "Dial", destination = "B" }'
COMMAND = (sys.executable, "-m", "switchbell", "trace")


def trace(*arguments: str | Path) -> tuple[int, list[str], list[str]]:
    """The exit code, the lines of standard output and those of standard error."""
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, timeout=60)
    return ended.returncode, ended.stdout.decode().splitlines(), ended.stderr.decode().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.toml"


def test_a_scenario_is_printed_as_a_table_or_plain(file: Path) -> None:
    file.write_text(f"{PARTIES}step = [{DIAL}]")
    code, table, errors = trace(file)
    assert (code, table[2].split(), errors) == (0, ["Party", "A", "|", "Party", "B"], [])
    code, plain, errors = trace("--plain", file)
    assert (code, plain[1], errors) == (0, "# 1. at 0 s: A Dial destination B", [])


def test_an_unexpected_refusal_is_printed_and_ends_it_with_1(file: Path) -> None:
    hold = '{ party = "A", operation = "Hold", call = 1 }'
    file.write_text(f"{PARTIES}step = [{DIAL}, {hold}, {DIAL}]")
    reason = "Hold is not possible: the call is Dialing."
    code, plain, errors = trace("--plain", file)
    assert (code, plain[-1]) == (1, f"A: EventError ErrorCode 185 ErrorMessage {reason}")
    assert errors == [f"switchbell: step 2: A Hold was refused: 185, {reason}"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        (b"\xff", "not UTF-8"),
        (b"title = ", "Invalid value (at end of document)"),
    ],
)
def test_a_file_that_cannot_be_used_ends_it_with_2(
    file: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        file.write_bytes(content)
    assert trace(file) == (2, [], [f"switchbell: {file}: {said}"])


def test_a_reader_who_has_seen_enough_ends_it_in_silence(file: Path) -> None:
    file.write_text(f"{PARTIES}step = [{DIAL}]")
    with subprocess.Popen(
        [*COMMAND, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == -signal.SIGPIPE

"""When scripts/setup installs the JavaScript clients. Python, npm and Node are stand-ins here."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USED = ("bash", "cat", "cmp", "cp", "dirname", "env", "mkdir")
ANY_PROGRAM = "#!/usr/bin/env bash\n"
NPM = (
    ANY_PROGRAM
    + """
echo "$*" >>../../npm.log
mkdir -p node_modules
exit "$(cat ../../status)"
"""
)


@dataclass(frozen=True)
class Checkout:
    """A folder with scripts/setup in it, where everything but the JavaScript clients is done."""

    folder: Path

    @property
    def lock(self) -> Path:
        return self.folder / "tests" / "interop" / "package-lock.json"

    @property
    def installations(self) -> list[str]:
        """The arguments of npm, each time it was run."""
        log = self.folder / "npm.log"
        return log.read_text().splitlines() if log.exists() else []

    def program(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)
        (self.folder / path).chmod(0o755)

    def npm_exits_with(self, status: int) -> None:
        (self.folder / "status").write_text(str(status))

    def setup(self, *extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "scripts" / "setup", *extra],
            env={"PATH": str(self.folder / "bin")},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path)
    for folder in ("bin", "scripts", "tests/interop", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    for name in USED:
        where = shutil.which(name)
        assert where is not None
        (tmp_path / "bin" / name).symlink_to(where)
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts")
    for name in ("pyproject.toml", ".venv/.installed", ".venv/.installed-dev"):
        (tmp_path / name).write_text("the same")
    (tmp_path / ".venv" / ".home").write_text(f"{tmp_path}\n")
    checkout.program(".venv/bin/python", ANY_PROGRAM)
    checkout.program("bin/node", ANY_PROGRAM)
    checkout.program("bin/npm", NPM)
    checkout.npm_exits_with(0)
    checkout.lock.write_text("one")
    return checkout


def test_installs_what_is_locked_and_once_only(checkout: Checkout) -> None:
    assert checkout.setup("dev").returncode == 0
    assert checkout.setup("dev").returncode == 0
    assert [arguments.split()[0] for arguments in checkout.installations] == ["ci"]


def test_installs_again_when_the_lock_file_has_changed(checkout: Checkout) -> None:
    checkout.setup("dev")
    checkout.lock.write_text("another")
    checkout.setup("dev")
    assert len(checkout.installations) == 2


def test_says_in_one_line_that_npm_failed_and_tries_again_next_time(checkout: Checkout) -> None:
    checkout.npm_exits_with(1)
    failed = checkout.setup("dev")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[1:] == [
        "The JavaScript clients could not be installed: npm ci failed in tests/interop."
    ]
    checkout.npm_exits_with(0)
    assert checkout.setup("dev").returncode == 0
    assert len(checkout.installations) == 2


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_does_without_node(checkout: Checkout, missing: str) -> None:
    (checkout.folder / "bin" / missing).unlink()
    done = checkout.setup("dev")
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.installations == []


def test_does_without_a_node_that_is_too_old(checkout: Checkout) -> None:
    checkout.program("bin/node", ANY_PROGRAM + "exit 1\n")
    assert checkout.setup("dev").returncode == 0
    assert checkout.installations == []


def test_installs_them_for_development_only(checkout: Checkout) -> None:
    assert checkout.setup().returncode == 0
    assert checkout.installations == []

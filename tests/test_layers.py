"""Nothing calls upwards: which part may import which, and what the calculations do without."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "server" / "switchbell"
CLIENT = ROOT / "client" / "switchbell_client"

ALLOWED: dict[str, set[str]] = {
    "voice": set(),
    "bayeux": set(),
    "access": set(),
    "journal": {"voice"},
    "notify": {"voice"},
    "trace": {"voice"},
    "switchboard": {"voice", "journal"},
    "transport": {"bayeux", "access"},
    "delivery": {"voice", "journal", "notify", "bayeux", "transport"},
    "rest": {"voice", "switchboard", "notify", "access"},
    "directory": {"voice", "access"},
}
EVERYTHING = {"config", "app", "cli", "logs", "__main__"}

# Calculations have no clock, no chance, no loop and no socket.
CALCULATIONS = ["voice", "bayeux", "notify", "trace"]
IMPURE = {"asyncio", "aiohttp", "time", "socket", "threading", "secrets", "random"}

SHARED_WITH_THE_CLIENT = {
    "switchbell.bayeux.channel",
    "switchbell.bayeux.message",
    "switchbell.bayeux.codec",
}


def imported_names(source: str) -> Iterator[str]:
    """The full name of all that a module imports, wherever in it: ``from a.b import c`` gives
    ``a.b.c``, since ``c`` may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (f"{node.module}." if node.module else "")
            yield from (prefix + alias.name for alias in node.names)


def imports_of(path: Path) -> set[str]:
    return set(imported_names(path.read_text(encoding="utf-8")))


def modules_of(layer: str) -> list[Path]:
    """The files of a layer, which is a folder or a single module."""
    return sorted([*SERVER.glob(f"{layer}.py"), *(SERVER / layer).rglob("*.py")])


def layer_of(name: str) -> str | None:
    """The layer that an imported name belongs to; None for what is not ours."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "switchbell" else None


def is_shared(name: str) -> bool:
    return any(name == module or name.startswith(module + ".") for module in SHARED_WITH_THE_CLIENT)


def test_every_module_belongs_to_a_layer_and_every_layer_has_modules() -> None:
    found = {path.relative_to(SERVER).parts[0].removesuffix(".py") for path in SERVER.rglob("*.py")}
    assert found == {*ALLOWED, *EVERYTHING, "__init__"}


def test_the_package_itself_imports_nothing() -> None:
    assert imports_of(SERVER / "__init__.py") == set()


@pytest.mark.parametrize("layer", ALLOWED)
def test_a_layer_imports_only_what_is_below_it(layer: str) -> None:
    modules = modules_of(layer)
    assert modules
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in sorted(imports_of(path))
        if layer_of(name) not in {None, layer, *ALLOWED[layer]}
    ]
    assert upwards == []


@pytest.mark.parametrize("layer", CALCULATIONS)
def test_a_calculation_has_neither_clock_nor_socket(layer: str) -> None:
    impure = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(layer)
        for name in sorted(imports_of(path))
        if name.partition(".")[0] in IMPURE
    ]
    assert impure == []


def test_the_client_shares_the_protocols_words_and_nothing_else_of_the_server() -> None:
    modules = sorted(CLIENT.rglob("*.py"))
    assert modules
    beyond = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in sorted(imports_of(path))
        if layer_of(name) is not None and not is_shared(name)
    ]
    assert beyond == []


def test_the_server_does_without_the_client() -> None:
    backwards = [
        str(path.relative_to(ROOT))
        for path in SERVER.rglob("*.py")
        if any(name.partition(".")[0] == "switchbell_client" for name in imports_of(path))
    ]
    assert backwards == []


@pytest.mark.parametrize("package", [SERVER, CLIENT], ids=["server", "client"])
def test_imports_are_absolute(package: Path) -> None:
    """Relative ones would slip through the tests above."""
    relative = [
        str(path.relative_to(ROOT))
        for path in package.rglob("*.py")
        if any(name.startswith(".") for name in imports_of(path))
    ]
    assert relative == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b", {"a.b"}),
        ("import a as b, c", {"a", "c"}),
        ("from a.b import c, d as e", {"a.b.c", "a.b.d"}),
        ("from switchbell import rest", {"switchbell.rest"}),
        ("from . import a", {".a"}),
        ("from ..a import b", {"..a.b"}),
        ("def f():\n    import late", {"late"}),
        ("if TYPE_CHECKING:\n    from a import b", {"a.b"}),
    ],
)
def test_every_way_to_import_is_seen(source: str, names: set[str]) -> None:
    assert set(imported_names(source)) == names


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        ("switchbell.bayeux.channel", True),
        ("switchbell.bayeux.codec.decode", True),
        ("switchbell.bayeux", False),
        ("switchbell.bayeux.engine.Engine", False),
        ("switchbell.bayeux.codecs", False),
        ("switchbell.voice.model.Call", False),
    ],
)
def test_what_the_client_may_share_is_known_by_its_whole_name(name: str, shared: bool) -> None:
    assert is_shared(name) == shared

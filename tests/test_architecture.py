"""The design, as tests: the laws between the rooms, their sizes and names, and what may be said when."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import translations

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src/venue_desk"

LONGEST = 400  # lines; a longer file wants to be two rooms
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "controller",
    "misc",
}
SOLVER_ROOM = "domain/stalls/solver.py"  # the one place in the rules that knows a library


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, in full."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_laws_between_the_rooms(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_rules_need_python_only() -> None:
    foreign = {
        (place(path), name)
        for path in (PACKAGE / "domain").rglob("*.py")
        for name in (full.split(".")[0] for full in imports(path))
        if name != "venue_desk" and name not in sys.stdlib_module_names
    }
    assert foreign <= {(SOLVER_ROOM, "highspy")}


def test_every_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    desk = {_import_name(line) for line in project["dependencies"]}
    centre = desk | {_import_name(line) for line in extras["server"]}
    for path in sources():
        allowed = centre if place(path).startswith(("server/", "store/")) else desk
        used = {name.split(".")[0] for name in imports(path)} - {"venue_desk"} - sys.stdlib_module_names
        assert used <= allowed, f"{place(path)} uses {used - allowed}"


def _import_name(requirement: str) -> str:
    named = re.match(r"[\w-]+", requirement)
    assert named
    names = {
        "PySide6-Essentials": "PySide6",
        "argon2-cffi": "argon2",
        "pillow": "PIL",
        "python-calamine": "python_calamine",
        "XlsxWriter": "xlsxwriter",
        "zxing-cpp": "zxingcpp",
    }
    return names.get(named.group(), named.group())


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    """The window is there at once because nothing that the first page does not need is imported at the top."""
    heavy = {
        "alembic", "argon2", "babel", "cryptography", "highspy", "holidays", "httpx", "keyring", "phonenumbers",
        "pypdfium2", "python_calamine", "rapidfuzz", "reportlab", "xlsxwriter", "zstandard", "zxingcpp",
    }  # fmt: skip
    for path in sources():
        if (
            place(path).startswith(("documents/", "server/", "sync/", "store/migrations/"))
            or place(path) == SOLVER_ROOM
        ):
            continue  # rooms that are entered only for that work
        top = {name.split(".")[0] for node in tree(path).body for name in _imported(node)}
        assert not top & heavy, f"{place(path)} imports {top & heavy} at the top"


def _imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_no_file_is_longer_than_a_room() -> None:
    everything = [*sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "packaging").rglob("*.py")]
    long = {str(path.relative_to(ROOT)): lines for path in everything if (lines := _lines(path)) > LONGEST}
    assert not long


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_every_name_says_what_it_is() -> None:
    vague = [place(path) for path in PACKAGE.rglob("*") if path.stem.lower().strip("_") in FORBIDDEN_NAMES]
    assert not vague


def test_nothing_is_translated_before_the_language_is_known() -> None:
    early = [
        f"{place(path)}:{node.lineno}" for path in sources() for node in _calls_at_import(tree(path).body)
    ]
    assert not early


def _calls_at_import(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Calls of ``_`` and ``ngettext`` outside functions: module level, class level, defaults and decorators."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [default for default in node.args.kw_defaults if default is not None]
            pending += [*node.decorator_list, *node.args.defaults, *defaults]
            continue
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "ngettext")
        ):
            yield node
        pending += ast.iter_child_nodes(node)


def test_every_word_is_translated() -> None:
    assert not translations.check().lines


def test_pages_have_no_colours_and_fonts_of_their_own() -> None:
    """Pages use the widgets and the tokens of the theme only, so that one change of the face reaches them all."""
    own = re.compile(r"setStyleSheet|QColor\(|QFont\(|[\"']#[0-9A-Fa-f]{6}[\"']")
    rooms = [PACKAGE / "desktop/pages", PACKAGE / "desktop/setup"]
    found = [
        f"{place(path)}:{number}"
        for room in rooms
        for path in room.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if own.search(line)
    ]
    assert not found

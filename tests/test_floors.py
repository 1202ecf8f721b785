"""The floors that import-linter cannot say: the core and the verifier import the standard library only, and the core has no clock or chance."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "letapis"

# Modules of the standard library that reach the world; the core gets what it needs as arguments.
WORLD = {
    "asyncio", "ctypes", "fcntl", "glob", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "select", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def python_files(below: str) -> list[Path]:
    return sorted((SOURCE / below).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", python_files("core"), ids=lambda path: path.stem)
def test_core_imports_only_the_pure_standard_library(path: Path) -> None:
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        top = name.partition(".")[0]
        assert name.startswith("letapis.core") or top in sys.stdlib_module_names, name
        assert top not in WORLD, name


@pytest.mark.parametrize("path", python_files("core"), ids=lambda path: path.stem)
def test_core_has_no_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not CLOCKS & {call.attr for call in calls if isinstance(call, ast.Attribute)}


def test_verifier_imports_only_the_standard_library() -> None:
    for path in python_files("faces/verifier"):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            assert name.partition(".")[0] in sys.stdlib_module_names, name


def test_only_the_seal_touches_cryptography() -> None:
    for path in python_files("."):
        packages = {name.partition(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
        assert "cryptography" not in packages or path.relative_to(SOURCE).as_posix().startswith("engines/seal"), path


def test_no_exception_is_caught_bare() -> None:
    """A broad except hides faults; the two outermost doors, which must never show a traceback, are named here."""
    doors = {"faces/cli/__init__.py", "faces/web/doing.py", "faces/web/tending.py"}
    found = set()
    for path in python_files("."):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")):
                found.add(path.relative_to(SOURCE).as_posix())
    assert found <= doors

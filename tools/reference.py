"""Write the reference pages that are made from the code: every error code, every command. Run by `make docs`."""

import argparse
import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from letapis.core import errors
from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts

ROOT = Path(__file__).parent.parent
PREFIX = "errors."


def class_of_codes() -> dict[str, str]:
    """The error class that each literal code is raised with, by reading the source."""
    known = {name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.LetapisError)}
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src" / "letapis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in known:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.setdefault(first.value, node.func.id)
    return found


def errors_page() -> str:
    """Markdown table: code, exit code, the sentence in three languages."""
    words, classes = texts(), class_of_codes()
    lines = ["# Errors", "", "Made from the code by `make docs`. An error carries a stable code and never a value from a record.", ""]
    lines += ["| Code | Exit | English | Беларуская | Русский |", "|---|---|---|---|---|"]
    for key in sorted(key for key in words.keys() if key.startswith(PREFIX)):  # noqa: SIM118 (Texts is no mapping)
        code = key.removeprefix(PREFIX)
        kind = getattr(errors, classes.get(code, ""), None)
        number = "70" if code == "internal" else str(kind.exit_code) if kind else "–"
        sentences = [words.say(key, language).replace("|", "\\|").replace("\n", " ") for language in LANGUAGES]
        lines.append(f"| `{code}` | {number} | " + " | ".join(sentences) + " |")
    return "\n".join([*lines, ""])


def commands_page() -> str:
    """Markdown: every verb with its usage and what it does."""
    verbs = build(texts(), "en")
    everywhere = "Every command takes `--workspace`, `--json`, `--language`, `--passphrase-fd` and `--passphrase-file`."
    lines = ["# Commands", "", f"Made from the code by `make docs`. {everywhere}", ""]
    for words, description in verbs.described():
        lines += [f"## `letapis {words}`", "", description, "", *options(verbs.all[words])]
    return "\n".join(lines).rstrip() + "\n"


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The verb's own arguments, one list item each, then an empty line."""
    common = {"help", "workspace", "json", "language", "passphrase_fd", "passphrase_file"}
    shown = False
    for action in parser._actions:
        if action.dest not in common and action.help != argparse.SUPPRESS:
            shown = True
            name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            yield f"* `{name}`" + (f": {re.sub('%%', '%', action.help)}" if action.help else "")
    if shown:
        yield ""


PAGES: dict[str, Callable[[], str]] = {"errors.md": errors_page, "commands.md": commands_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (ROOT / "docs" / "reference" / name).write_text(make(), encoding="utf-8")

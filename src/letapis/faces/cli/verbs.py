"""The tree of verbs: argparse with help in three languages, and no echo of what a person typed."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from letapis import __version__
from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES, Texts
from letapis.faces.cli.call import Call

# The names of our own options that argparse puts before what was typed: all that are missing, or the one whose value is wrong.
_OURS: Final = re.compile(r"the following arguments are required: (?P<missing>.+)|argument (?P<wrong>[^:…]+): ", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Says which option is missing or off, but never what was typed: it may be a name, and a shell's output ends up in logs."""

    def error(self, message: str) -> NoReturn:
        ours = _OURS.match(message)
        raise UsageError("cli.usage", f"{self.prog}: {ours['missing'] or ours['wrong']}" if ours else self.prog)


class Verbs:
    """Registry that the verb modules fill. ``parser`` is the finished tree."""

    def __init__(self, texts: Texts, language: str) -> None:
        self._texts, self._language = texts, language
        self.parser = self._parser("letapis", "cli.help")
        self.parser.add_argument("--version", action="version", version=f"letapis {__version__}", help=self.text("cli.help.version"))
        self._groups: dict[tuple[str, ...], Any] = {(): self._subparsers(self.parser)}
        self.all: dict[str, argparse.ArgumentParser] = {}

    def text(self, key: str) -> str:
        """A help text; a percent sign is safe, because argparse would take it for a format."""
        return self._texts.say(key, self._language).replace("%", "%%")

    def verb(self, words: str, run: Callable[[Call], None]) -> argparse.ArgumentParser:
        """Register ``words`` ("start", "dossier new"); the help text is ``cli.help.<words joined by _>``."""
        *above, last = words.split()
        parser = self._add(self._group(tuple(above)), " ".join(["letapis", *above, last]), last, f"cli.help.{'_'.join(words.split())}")
        parser.set_defaults(run=run)
        self.all[words] = parser
        return parser

    def _group(self, words: tuple[str, ...]) -> Any:
        if words not in self._groups:
            parser = self._add(self._group(words[:-1]), " ".join(["letapis", *words]), words[-1], f"cli.help.{'_'.join(words)}")
            self._groups[words] = self._subparsers(parser)
        return self._groups[words]

    def _add(self, group: Any, prog: str, name: str, key: str) -> Parser:
        parser: Parser = group.add_parser(name, prog=prog, help=self.text(key), description=self.text(key), add_help=False, allow_abbrev=False)
        self._furnish(parser)
        return parser

    def _parser(self, prog: str, key: str) -> Parser:
        parser = Parser(prog=prog, description=self.text(key), add_help=False, allow_abbrev=False)
        self._furnish(parser)
        return parser

    def _subparsers(self, parser: argparse.ArgumentParser) -> Any:
        return parser.add_subparsers(title=self.text("cli.help.verbs"), metavar="…", required=True, parser_class=Parser)

    def _furnish(self, parser: argparse.ArgumentParser) -> None:
        """The options that every verb takes, before it or after it."""
        # argparse has English headings of its own and no other way to change them.
        parser._positionals.title, parser._optionals.title = self.text("cli.help.arguments"), self.text("cli.help.own_options")
        group = parser.add_argument_group(self.text("cli.help.options"))
        group.add_argument("-h", "--help", action="help", help=self.text("cli.help.help"))
        group.add_argument("--workspace", type=Path, metavar="PATH", default=argparse.SUPPRESS, help=self.text("cli.help.workspace"))
        group.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=self.text("cli.help.json"))
        group.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS, help=self.text("cli.help.language"))
        group.add_argument("--passphrase-fd", type=int, metavar="N", default=argparse.SUPPRESS, help=self.text("cli.help.passphrase_fd"))
        group.add_argument("--passphrase-file", type=Path, metavar="PATH", default=argparse.SUPPRESS, help=self.text("cli.help.passphrase_file"))

    def explain_arguments(self) -> None:
        """Give every argument without a help text of its own the one under its name: ``cli.help.argument.[<verb>.]<name>``."""
        for words, parser in self.all.items():
            for action in parser._actions:
                if action.help is None:
                    own = f"cli.help.argument.{'_'.join(words.split())}.{action.dest}"
                    action.help = self.text(own if own in self._texts else f"cli.help.argument.{action.dest}")

    def described(self) -> Sequence[tuple[str, str]]:
        """Every verb with its description, in the order of their names: what the reference page prints."""
        return [(words, (parser.description or "").replace("%%", "%")) for words, parser in sorted(self.all.items())]

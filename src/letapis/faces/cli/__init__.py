"""The command line: one verb for each thing a person does, every verb with ``--json``.

**Adding a verb.** A module of this package that defines ``add(verbs: Verbs) -> None`` is found by itself; no list has to be
changed. ``add`` calls ``verbs.verb("dossier new", run)`` for each verb and puts arguments on the parser that it gets back; help
texts stand in the locale files under ``cli.help.<words joined by _>``. ``run(call: Call) -> None`` does the work inside
``with call.desk() as desk:`` and answers with ``call.give(...)``; it raises ``LetapisError`` and never prints a fault itself. Import ``letapis.desk``
inside ``run``, so that ``letapis --help`` does not load the database.

The exit code is the error's ``exit_code``; a fault of our own is code ``internal``, exit 70, without a traceback or a value.
"""

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Sequence
from types import ModuleType

from letapis.core.errors import FaultyFile, LetapisError, Refused
from letapis.core.language import Texts
from letapis.faces.cli.call import Call, language_of
from letapis.faces.cli.verbs import Verbs
from letapis.faces.texts import texts

INTERNAL = 70


def verb_modules() -> tuple[ModuleType, ...]:
    """Every module beside this one that defines ``add``, in the order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(module for module in modules if hasattr(module, "add"))


def build(words: Texts, language: str) -> Verbs:
    """The whole tree of verbs, with help in one language."""
    verbs = Verbs(words, language)
    for module in verb_modules():
        module.add(verbs)
    verbs.explain_arguments()
    return verbs


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the returned number is the exit code. Never raises, never shows a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = language_of(arguments)
    try:
        words = texts()
        options = build(words, language).parser.parse_args(arguments)
        call = Call(options, language, words)
        options.run(call)
        return 0
    except LetapisError as error:
        if isinstance(error, FaultyFile):
            return _list_faults(error, language, arguments)
        return _complain(error.code, error.exit_code, language, arguments, error.where, error.reasons if isinstance(error, Refused) else ())
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:
        return _complain("internal", INTERNAL, language, arguments)


def _plain(text: str) -> str:
    """A reason without its counts and names, which a refusal does not carry."""
    return re.sub(r"\{\w+\}", "…", text)


def _complain(code: str, exit_code: int, language: str, arguments: Sequence[str], where: str = "", reasons: tuple[str, ...] = ()) -> int:
    """Print what is wrong by its code. A code without a text is a fault of ours and is printed as it stands."""
    try:
        words = texts()
        told = [_plain(words.say(key, language)) if key in words else key.removeprefix("errors.") for key in (f"errors.{code}", *reasons)]
    except (LetapisError, OSError, ValueError, KeyError):
        told = [code, *reasons]
    if "--json" in arguments:
        message = {"error": code, "text": told[0]} | ({"where": where} if where else {}) | ({"reasons": list(reasons)} if reasons else {})
        print(json.dumps(message, ensure_ascii=False), file=sys.stderr)
        return exit_code
    print(f"letapis: {told[0]}" + (f" ({where})" if where else ""), file=sys.stderr)
    for sentence in told[1:]:
        print(f"  – {sentence}", file=sys.stderr)
    return exit_code


def _list_faults(error: FaultyFile, language: str, arguments: Sequence[str]) -> int:
    """Print every fault of a file with its line: whoever wrote it mends all of them in one go."""
    words = texts()
    told = words.say(f"errors.{error.code}", language)
    if "--json" in arguments:
        listed = [
            {"file": f.file, "line": f.line, "about": f.about, "code": f.code, "text": words.say(f.text_key, language)} for f in error.faults
        ]
        print(json.dumps({"error": error.code, "text": told, "faults": listed}, ensure_ascii=False), file=sys.stderr)
        return error.exit_code
    print(f"letapis: {told}", file=sys.stderr)
    for fault in error.faults:
        place = (fault.file, words.say("cli.line", language, line=fault.line) if fault.line else "", fault.about)
        print(f"  – {', '.join(part for part in place if part)}: {words.say(fault.text_key, language)}".replace("– : ", "– "), file=sys.stderr)
    return error.exit_code

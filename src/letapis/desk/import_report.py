"""The report of an import as a table for a spreadsheet: one line a file, in the language of whoever asks, and nothing that would run."""

from letapis.core import ocfl_words
from letapis.core.access import Reader
from letapis.desk import imports
from letapis.desk.bag import sheet
from letapis.desk.opening import Desk
from letapis.engines.ocfl import Object

_COLUMNS = ("imports.file", "imports.outcome", "imports.why")


def table_of(desk: Desk, reader: Reader, ident: bytes, language: str) -> bytes:
    """The lines of an import as CSV. Raises NotFound for what is not the reader's."""
    texts = desk.catalogue.texts
    columns = [*(texts.say(key, language) for key in _COLUMNS), "id"]
    rows = ((one.path, texts.say(f"imports.outcome.{one.outcome}", language), why(desk, one.reason, language), one.item.hex())
            for one in imports.lines(desk, reader, ident))  # fmt: skip
    return sheet(columns, rows)


def why(desk: Desk, reason: str, language: str) -> str:
    """A reason in words; the code of one that this version does not know."""
    key = next((key for key in (reason, f"errors.{reason}") if key in desk.catalogue.texts), "")
    return desk.catalogue.texts.say(key, language) if key else reason


def archived(desk: Desk, one: Object, language: str) -> tuple[str, tuple[str, ...]]:
    """What is said of an OCFL object, and a line for each remark: code of the specification, words, place."""
    texts, place = desk.catalogue.texts, one.folder or "."
    if one.unread:
        return texts.say("ocfl.unread", language, place=place, why=why(desk, one.unread, language)), ()
    key = "ocfl.sound" if one.sound else "ocfl.faulty"
    head = texts.say(key, language, place=place, head=one.head or "–", files=one.files)
    return head, tuple(": ".join(filter(None, (code, texts.say(ocfl_words.meaning(code), language), where))) for code, where in one.remarks)

"""Bags of others, in folders and in archive files that were brought in: what is kept of their verdicts, and the words for it."""

from collections.abc import Iterable, Iterator, Sequence

from letapis.core import bagit_words
from letapis.core.access import Reader
from letapis.core.embedded import Said
from letapis.desk import import_report, imports, insides, reading
from letapis.desk.opening import Desk
from letapis.engines.bagit import Bag


def of_import(desk: Desk, reader: Reader, known: imports.ImportView) -> list[Bag]:
    """The bags of an import: those that were folders of it, then those in archive files that the sandbox has looked at since."""
    with_bag = {one.about or one.parent for one in reading.items(desk, reader, "embedded", dossier=known.dossier, state=insides.BAG)}
    if not with_bag:
        return list(known.bags)
    found = list(known.bags)
    for line in imports.lines(desk, reader, known.ident):
        if line.item in with_bag:
            read = [one for one in insides.embedded(desk, reader, line.item) if one.reader == insides.BAG]
            found += [_at(line.path, bag) for one in read for bag in of_said(one.said)]
    return found


def _at(path: str, bag: Bag) -> Bag:
    folder = "/".join(part for part in (path, bag.folder) if part)
    return Bag(folder, bag.version, bag.algorithms, bag.files, bag.remarks, bag.unread)


def words(desk: Desk, bag: Bag, language: str) -> tuple[str, tuple[str, ...]]:
    """What is said of a bag, and a line for each remark with the file and line that it stands in."""
    texts, place = desk.catalogue.texts, bag.folder or "."
    if bag.unread:
        return texts.say("bagit.unread", language, place=place, why=import_report.why(desk, bag.unread, language)), ()
    head = texts.say(f"bagit.{bag.verdict}", language, place=place, version=bag.version or "–", files=bag.files)
    return head, tuple(_remark(desk, code, where, language) for code, where in bag.remarks)


def _remark(desk: Desk, code: str, where: str, language: str) -> str:
    texts = desk.catalogue.texts
    said = texts.say(bagit_words.meaning(code), language)
    return texts.say("bagit.remark", language, words=said, place=where) if where else said


def of_said(said: Sequence[Said]) -> list[Bag]:
    """The bags that ``insides`` wrote down of an archive file."""
    return [_bag(part) for part in _parts(said)]


def _parts(said: Iterable[Said]) -> Iterator[list[Said]]:
    part: list[Said] = []
    for one in said:
        if one.name == "folder" and part:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _bag(part: list[Said]) -> Bag:
    head = {one.name: one.value for one in part if one.group == "bag"}
    remarks = tuple((one.name, one.value.removeprefix("–")) for one in part if one.group == "remark")
    files = int(head.get("files", "0")) if head.get("files", "0").isdecimal() else 0
    return Bag(head.get("folder", "/")[1:], head.get("version", "").removeprefix("–"), head.get("algorithms", "").removeprefix("–"), files, remarks)

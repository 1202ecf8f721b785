"""The DOCX package around the text: our own styles and settings, the footnotes part, and a file that tells nothing about the machine.

The footnotes part follows ECMA-376 part 1, 11.3.7: relationship and content type of its own, two separator notes (ids -1 and 0)
that the settings name, and one note for each number. python-docx has no interface for it, so it is written through its OPC layer.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

LANGUAGE_TAGS = {"en": "en-GB", "be": "be-BY", "ru": "ru-RU"}
_KEPT = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def new_document(language: str) -> DocxDocument:
    """An empty A4 document with our styles, in ``language``, without any part that the stock template brings along."""
    document = Document()
    part = document.part
    for name in [name for name, rel in part.rels.items() if rel.reltype not in _KEPT]:
        del part.rels[name]
    package_rels = part.package.rels
    wanted = {RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES}
    for name in [name for name, rel in package_rels.items() if rel.reltype not in wanted]:
        del package_rels[name]
    for element in document.element.iter():
        for name in [name for name in element.attrib if "rsid" in name]:
            del element.attrib[name]  # numbers of editing sessions, from the stock template
    _replace(document.styles.element, _look("brief-styles.xml"))
    _replace(document.settings.element, _look("brief-settings.xml"))
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), LANGUAGE_TAGS[language])
    return document


@cache
def _look(name: str) -> bytes:
    return files("letapis").joinpath(f"data/look/{name}").read_bytes()


def _replace(root: object, data: bytes) -> None:
    """Put the content of ``data`` in place of the content of ``root``, keeping the element that the part holds."""
    fresh = parse_xml(data)
    for child in list(root):  # type: ignore[call-overload]
        root.remove(child)  # type: ignore[attr-defined]
    for child in list(fresh):
        root.append(child)  # type: ignore[attr-defined]


def add_footnotes(document: DocxDocument, notes: Iterable[tuple[int, str]]) -> None:
    """Write the footnotes part: (number, text) each."""
    rows = [
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>',
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>',
    ]
    rows += [
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
        for number, text in notes
    ]
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes {nsdecls("w")}>{"".join(rows)}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def set_properties(document: DocxDocument, title: str, language: str, on: date) -> None:
    """Title, language and the given date; no author, no editor, no hour."""
    root = document.core_properties._element
    for child in list(root):
        root.remove(child)
    stamp = f"{on.isoformat()}T00:00:00Z"
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    typed = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="dcterms:W3CDTF"'
    for xml in (
        f"<dc:title {names}>{escape(title)}</dc:title>",
        f"<dc:language {names}>{LANGUAGE_TAGS[language]}</dc:language>",
        f"<dcterms:created {names} {typed}>{stamp}</dcterms:created>",
        f"<dcterms:modified {names} {typed}>{stamp}</dcterms:modified>",
    ):
        root.append(parse_xml(xml))


def packed(document: DocxDocument) -> bytes:
    """The file, with fixed times and order inside the ZIP: the same document gives the same bytes."""
    loose = io.BytesIO()
    document.save(loose)
    tight = io.BytesIO()
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return tight.getvalue()

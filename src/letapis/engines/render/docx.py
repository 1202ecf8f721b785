"""DOCX of a Brief, for the lawyer who goes on working in Word or LibreOffice.

Every look hangs on a named style; footnotes are real Word footnotes, and a sentence that shares a note with an earlier one refers to it
by a NOTEREF field, so numbers stay right when the lawyer adds notes. The same brief gives the same bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as DocxDocument
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph

from letapis.core.brief import Block, Brief, Cell, FieldAnswer, Heading, PageBreak, Paragraph, Sentence, Table, short_label
from letapis.core.language import Texts
from letapis.engines.render.package import add_footnotes, new_document, packed, set_properties
from letapis.engines.render.words import SMALL, ClaimLabels, Words, paragraphs, shares, short_title, small, tied, title_lines, words

_TOGETHER = 2  # rows at the beginning of a table that stay with the next one
_REFERENCE = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'


def docx(brief: Brief, texts: Texts, *, on: date, claim_labels: ClaimLabels = short_label) -> bytes:
    """The DOCX of ``brief``, dated ``on``."""
    said = words(brief, texts, claim_labels)
    document = new_document(brief.language)
    _page(document, said)
    document.add_paragraph("\n".join(title_lines(brief)), "Title")
    if brief.subtitle:
        document.add_paragraph(brief.subtitle, "Subtitle")
    if brief.meta:
        _table(document, "Meta Table", said.meta, (54, 106), ("Table Text", "Table Text"))
    speak, counted = _speaker(said), said.counted()
    for block, named in said.blocks():
        _block(document, block, speak, said, counted, named=named)
    if brief.annexes:
        _annexes(document, said)
    add_footnotes(document, ((note.number, said.note(note)) for note in said.notes))
    set_properties(document, brief.title, brief.language, on)
    return packed(document)


def _speaker(said: Words) -> Callable[[DocxParagraph, Iterable[Sentence]], None]:
    """A function that writes sentences with their notes; it remembers which notes were already set."""
    numbers, met = said.numbers(), set[int]()

    def speak(paragraph: DocxParagraph, sentences: Iterable[Sentence]) -> None:
        for at, sentence in enumerate(sentences):
            paragraph.add_run((" " if at else "") + tied(sentence.text))
            number = numbers(sentence)
            if number is None:
                continue
            for xml in _again(number) if number in met else _first(number):
                paragraph._p.append(parse_xml(xml))
            met.add(number)

    return speak


def _first(number: int) -> tuple[str, ...]:
    """The footnote reference inside a bookmark, so that later sentences can point at it."""
    space = nsdecls("w")
    return (
        f'<w:bookmarkStart {space} w:id="{number}" w:name="_RefNote{number}"/>',
        f'<w:r {space}>{_REFERENCE}<w:footnoteReference w:id="{number}"/></w:r>',
        f'<w:bookmarkEnd {space} w:id="{number}"/>',
    )


def _again(number: int) -> tuple[str, ...]:
    return _field(f"NOTEREF _RefNote{number} \\f \\h", str(number), _REFERENCE)


def _field(instruction: str, shown: str, look: str = "") -> tuple[str, ...]:
    """A complex field: what Word computes, and what stands there until it does."""
    space = nsdecls("w")
    inner = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{escape(shown)}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return tuple(f"<w:r {space}>{look}{one}</w:r>" for one in inner)


def _block(
    document: DocxDocument,
    block: Block,
    speak: Callable[[DocxParagraph, Iterable[Sentence]], None],
    said: Words,
    counted: Callable[[], str],
    *,
    named: bool,
) -> None:
    match block:
        case Heading(level, text):
            document.add_paragraph(text, f"Heading {level}")
        case Paragraph(sentences):
            for some in paragraphs(sentences):
                speak(document.add_paragraph(counted(), "Body Text"), some)
        case FieldAnswer(number, label, answer, missing):
            if named:
                document.add_paragraph(f"{number}\u2002{label}" if number else label, "Field Label")
            if missing:
                document.add_paragraph(f"[{said.say('missing')}]", "Field Missing")
            elif not answer:
                document.add_paragraph(said.say("unanswered"), "Field Unanswered")
            for some in paragraphs(answer):
                speak(document.add_paragraph(counted(), "Field Answer"), some)
        case Table(header, rows):
            looks = ["Table Text"] * len(header)
            widths = [160 * share for share in shares(block)]
            table = _table(document, "Brief Table", (header, *(_bare(row) for row in rows)), widths, looks, header=True, whole=small(block))
            _speak_cells(table, block, speak)
        case PageBreak():
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _bare(row: Iterable[Cell]) -> list[str]:
    return [cell if isinstance(cell, str) else "" for cell in row]


def _speak_cells(made: DocxTable, table: Table, speak: Callable[[DocxParagraph, Iterable[Sentence]], None]) -> None:
    """Sentences are written after the cells stand, because their footnotes need a paragraph of the document to hang on."""
    for at, row in enumerate(table.rows, start=1):
        written = made.rows[at].cells if any(not isinstance(cell, str) for cell in row) else ()
        for cell, place in zip(row, written, strict=False):
            if not isinstance(cell, str):
                speak(place.paragraphs[0], cell)


def _annexes(document: DocxDocument, said: Words) -> None:
    document.add_paragraph(said.say("annexes"), "Heading 1")
    rows = [(said.say("annex_number"), said.say("annex_title"), said.say("annex_digest"))]
    for annex in said.brief.annexes:
        detail = said.detail(annex)
        rows.append((str(annex.number), annex.title + (f" ({detail})" if detail else ""), annex.sha256.hex()))
    _table(document, "Brief Table", rows, (14, 92, 54), ("Annex", "Annex", "Annex Digest"), header=True, whole=len(rows) <= SMALL + 1)


def _table(
    document: DocxDocument,
    style: str,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    looks: Sequence[str],
    *,
    header: bool = False,
    whole: bool = False,
) -> DocxTable:
    """A table with fixed widths in millimetres; its first row is repeated on each page if it is a header. No row is torn, and what follows
    a header stays with it and with the next row, in a ``whole`` table all rows: LibreOffice leaves pages almost empty where footnotes push
    a row away from its header.
    """
    table: DocxTable = document.add_table(rows=0, cols=0, style=style)
    grid = table._tbl.tblGrid
    twips = [round(width * 56.7) for width in widths]
    for width in twips:
        grid.append(parse_xml(f'<w:gridCol {nsdecls("w")} w:w="{width}"/>'))
    for at, row in enumerate(rows):
        mark = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if header and at == 0 else "<w:trPr><w:cantSplit/></w:trPr>"
        opens = header and at < (len(rows) - 1 if whole else _TOGETHER)
        styles = ["Table Heading"] * len(row) if header and at == 0 else looks
        cells = "".join(_cell(text, width, style, opens=opens) for text, width, style in zip(row, twips, styles, strict=True))
        table._tbl.append(parse_xml(f"<w:tr {nsdecls('w')}>{mark}{cells}</w:tr>"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        table._tbl.tblPr.remove(look)
    first = "1" if header else "0"
    table._tbl.tblPr.append(parse_xml(f'<w:tblLook {nsdecls("w")} w:val="{"0020" if header else "0000"}" w:firstRow="{first}" w:noVBand="1"/>'))
    document.add_paragraph()  # two tables without a paragraph between them would become one in Word
    return table


def _cell(text: str, width: int, look: str, *, opens: bool = False) -> str:
    style, kept = quoteattr(look.replace(" ", "")), "<w:keepNext/>" if opens else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val={style}/>{kept}</w:pPr><w:r><w:t xml:space="preserve">{escape(tied(text))}</w:t></w:r></w:p></w:tc>'
    )


def _page(document: DocxDocument, said: Words) -> None:
    """A4 with the marking on every page above, and title and page number below."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    header = section.header.paragraphs[0]
    header.style = "Marking"
    header.add_run("  \u2022  ".join(part for part in (said.brief.marking, said.draft) if part))
    if said.draft:
        header._p.append(parse_xml(_watermark(said.draft)))
    footer = section.footer.paragraphs[0]
    footer.style = "Footer"
    footer.add_run(f"{short_title(said.brief)}\t{said.say('page')} ")
    for xml in (
        *_field("PAGE", "1"),
        f'<w:r {nsdecls("w")}><w:t xml:space="preserve"> {escape(said.say("of"))} </w:t></w:r>',
        *_field("NUMPAGES", "1"),
    ):
        footer._p.append(parse_xml(xml))


def _watermark(text: str) -> str:
    """WordArt behind the text, in the form that Word itself writes (VML text path)."""
    spaces = (
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word"'
    )
    return f"""<w:r {nsdecls("w")} {spaces}><w:rPr><w:noProof/></w:rPr><w:pict>
      <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
        <v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>
        <v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
        <v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>
      </v:shapetype>
      <v:shape id="DraftMark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" stroked="f" fillcolor="#f0dedd"
        style="position:absolute;margin-left:0;margin-top:0;width:520pt;height:46pt;rotation:308;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin">
        <v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt;font-weight:bold" string={quoteattr(text)}/>
        <w10:wrap anchorx="margin" anchory="margin"/>
      </v:shape></w:pict></w:r>"""

"""HTML fragment of a Brief for the desk: escaped text, landmarks, footnote anchors; no script, no style, no foreign address.

The desk's page has its own first heading, so the title of the document is a heading of level 2 and its parts follow below.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from letapis.core.brief import Block, Brief, FieldAnswer, Footnote, Heading, Paragraph, Sentence, Table, clean, short_label
from letapis.core.language import Texts
from letapis.engines.render.words import ClaimLabels, ClaimLinks, Words, paragraphs, words


def _no_link(_: bytes) -> str:
    return ""


def page(brief: Brief, texts: Texts, *, claim_labels: ClaimLabels = short_label, claim_links: ClaimLinks = _no_link) -> str:
    """The fragment: one ``article`` in the language of ``brief``. Ids are ``note-N``, ``ref-N`` (first use) and ``annex-N``.

    ``claim_links``: the names of claims in a footnote lead there.
    """
    said = words(brief, texts, claim_labels)
    speak, counted = _speaker(said), said.counted()
    parts = [f'<article class="brief" lang="{brief.language}">', "<header>"]
    parts += [f'<p class="marking">{escape(mark)}</p>' for mark in (brief.marking, said.draft) if mark]
    parts.append(f"<h2>{escape(brief.title)}</h2>")
    if brief.subtitle:
        parts.append(f'<p class="subtitle">{escape(brief.subtitle)}</p>')
    if brief.meta:
        rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in said.meta)
        parts.append(f'<dl class="meta">{rows}</dl>')
    parts.append("</header>")
    parts += [_block(block, speak, said, counted, named=named) for block, named in said.blocks()]
    parts += _annexes(said)
    parts += _notes(said, lambda note: _linked(said, note, claim_labels, claim_links))
    parts.append("</article>")
    return "\n".join(parts)


def _speaker(said: Words) -> Callable[[Iterable[Sentence]], str]:
    numbers, met = said.numbers(), set[int]()

    def speak(sentences: Iterable[Sentence]) -> str:
        return " ".join(f'<span class="from-{sentence.author.value}">{escape(sentence.text)}{mark(sentence)}</span>' for sentence in sentences)

    def mark(sentence: Sentence) -> str:
        number = numbers(sentence)
        if number is None:
            return ""
        anchor = "" if number in met else f' id="ref-{number}"'
        met.add(number)
        return f'<sup><a href="#note-{number}"{anchor}>{number}</a></sup>'

    return speak


def _spoken(sentences: Sequence[Sentence], speak: Callable[[Iterable[Sentence]], str], counted: Callable[[], str]) -> str:
    return "".join(f"<p>{counted()}{speak(some)}</p>" for some in paragraphs(sentences))


def _block(block: Block, speak: Callable[[Iterable[Sentence]], str], said: Words, counted: Callable[[], str], *, named: bool) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 2}>{escape(text)}</h{level + 2}>"
        case Paragraph(sentences):
            return _spoken(sentences, speak, counted)
        case FieldAnswer(number, label, answer, missing):
            name = f'<span class="number">{escape(number)}</span> {escape(label)}' if number else escape(label)
            question = f'<p class="label">{name}</p>' if named else ""
            if answer:
                return f'<div class="field">{question}{_spoken(answer, speak, counted)}</div>'
            state = "missing" if missing else "unanswered"
            return f'<div class="field">{question}<p class="{state}">{escape(said.say(state))}</p></div>'
        case Table(header, rows):
            return _table(header, ([escape(cell) if isinstance(cell, str) else speak(cell) for cell in row] for row in rows))
    return '<hr class="page-break">'


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], anchors: Iterable[str] = ()) -> str:
    """A table; the cells of ``rows`` are markup already, the header is text."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    marks = list(anchors)
    body = "".join(f"<tr{marks[at] if marks else ''}>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for at, row in enumerate(rows))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _annexes(said: Words) -> list[str]:
    annexes = said.brief.annexes
    if not annexes:
        return []
    header = (said.say("annex_number"), said.say("annex_title"), said.say("annex_digest"))
    rows = []
    for annex in annexes:
        detail = said.detail(annex)
        small = f"<br><small>{escape(detail)}</small>" if detail else ""
        rows.append((str(annex.number), escape(annex.title) + small, f"<code>{annex.sha256.hex()}</code>"))
    return [f"<h3>{escape(said.say('annexes'))}</h3>", _table(header, rows, (f' id="annex-{annex.number}"' for annex in annexes))]


def _linked(said: Words, note: Footnote, claim_labels: ClaimLabels, claim_links: ClaimLinks) -> str:
    """A footnote as markup; the name of each claim leads to its page."""
    named = ((escape(clean(claim_labels(ref))), claim_links(ref)) for ref in note.refs)
    claims = [f'<a href="{escape(link)}">{name}</a>' if link else name for name, link in named]
    return "; ".join((*claims, *([escape(said.annexes(note))] if note.annexes else []))) + "."


def _notes(said: Words, text: Callable[[Footnote], str]) -> list[str]:
    if not said.notes:
        return []
    title = escape(said.say("footnotes"))
    rows = "".join(
        f'<li id="note-{note.number}">{text(note)} <a href="#ref-{note.number}" aria-label="{note.number}">\u2191</a></li>'
        for note in said.notes
    )
    return [f'<section class="footnotes" aria-label="{title}"><h3>{title}</h3><ol>{rows}</ol></section>']

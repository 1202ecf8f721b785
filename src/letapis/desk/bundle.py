"""Write what goes to a body beside its document: the sent files as they are kept, an index, digests, and the originals of its annexes.

    folder  =  document.docx · document.pdf · index.pdf · index.csv · SHA256SUMS · annexes/01.pdf … · confidential/02.pdf …

It grows under another name and gets its own when it is whole, and what is in it was recorded before: the submission knows what left
beside it. Files are called by numbers, never by a title; what may not be shown to
an official who is proposed lies in a folder of its own. The originals are the bytes that were received, with whatever lies inside them.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from letapis.core import date_words
from letapis.core.access import Reader
from letapis.core.brief import Author, Brief, Heading, Paragraph, Sentence, Table
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.filed import HANDED
from letapis.core.language import Texts
from letapis.core.records import Value
from letapis.desk import briefs, evidence, items, reading, submit
from letapis.desk.bag import growing, manifest, outside, publish, put_original, sheet, suffix
from letapis.desk.bundle_plan import Enclosure, make_plan
from letapis.desk.opening import Desk
from letapis.engines.render.pdf import pdf
from letapis.engines.render.words import size_words

COLUMNS: Final = ("number", "file", "title", "received", "media_type", "size", "sha256", "sha512")
FAILED: Final = "failed"
CONFIDENTIAL: Final = "confidential"
_GROUP: Final = 16  # digits of a digest that stand together on paper


@dataclass(frozen=True)
class Bundled:
    """A bundle that was written. ``digest`` is the SHA-256 of SHA256SUMS, which stands for the whole."""

    target: Path
    bundle: bytes
    annexes: tuple[int, ...]
    left_out: tuple[int, ...]
    size: int
    digest: str


@dataclass(frozen=True)
class BundleView:
    """A bundle that left: for which submission, which items of evidence went beside the document, when and by whom."""

    bundle: bytes
    submission: bytes
    objects: tuple[bytes, ...]
    digest: bytes
    day: str
    member: bytes


@dataclass(frozen=True)
class _File:
    """A file of the bundle: its path and the item whose bytes it holds."""

    path: str
    item: reading.EvidenceView


def submission_of(desk: Desk, reader: Reader, view: briefs.BriefView) -> submit.SubmissionView | None:
    """What was produced last from this version of a document, if anything was."""
    return next(iter(_made_from(desk, reader, view)), None)


def _made_from(desk: Desk, reader: Reader, view: briefs.BriefView) -> list[submit.SubmissionView]:
    return [one for one in submit.submissions(desk, reader, view.dossier) if one.brief == view.ref]


def bundles(desk: Desk, reader: Reader, submission: bytes) -> list[BundleView]:
    """What left beside a submission, the oldest first."""
    found = reading.items(desk, reader, "bundle", parent=submission, state=HANDED)
    return [BundleView(one.item, submission, tuple(one.record.refs("objects")), one.record.raw("digest"), one.day, one.author) for one in found]


def write_bundle(desk: Desk, reader: Reader, view: briefs.BriefView, target: Path, chosen: Collection[int] | None = None) -> Bundled:
    """Write the bundle of a produced document into the new folder ``target``. ``chosen``: numbers of the annexes that shall go.

    Raises Refused("bundle.not_produced"), Refused("submit.gates") with the reasons of those that are closed now,
    Refused("bundle.document_differs") when the files kept as sent are not what this document gives, Refused or UsageError for a folder
    that is none or lies in a workspace and for a number that may not go, Damaged for an original that is not what its record says, Busy
    for a full disk. Nothing is left behind then but, late, an entry of a failed bundle.
    """
    target = outside(desk.workspace, target)
    sent = _sent(desk, reader, view)
    submit.require_open(desk, reader, view, sent.override, besides=sent.rid)
    plan = make_plan(desk, reader, view, chosen)
    files = _files(desk, reader, sent, plan)
    with growing(target) as (bag, folder):
        for one in files:
            put_original(desk, reader, bag, one.path, one.item)
        bag.put("index.csv", [sheet(COLUMNS, _rows(plan))])
        bag.put("index.pdf", [pdf(index(desk, view, plan), desk.catalogue.texts, on=desk.clock().date())])
        bag.put("SHA256SUMS", [manifest(dict(bag.tags), 1)])
        digest = bag.tags["SHA256SUMS"][1]
        made = _record(desk, reader, view, sent, files, bytes.fromhex(digest))
        try:
            publish(folder, target)
        except LetapisError:
            _failed(desk, reader, made, files)
            raise
    goes, stays = (tuple(one.annex.number for one in plan if one.goes is wanted) for wanted in (True, False))
    return Bundled(target, made, goes, stays, sum(size for size, _, _ in bag.tags.values()), digest)


def _sent(desk: Desk, reader: Reader, view: briefs.BriefView) -> submit.SubmissionView:
    """What was produced last from this version and holds the very files that this desk would write itself. A record that says that
    something was sent is a colleague's word, and whatever it calls the sent files would go to the body under their name."""
    said = _made_from(desk, reader, view)
    for one in said:
        on = datetime.fromisoformat(one.recorded).date()
        made = {sha256(data).digest() for data in submit.rendered(desk, reader, view, on).values()}
        with suppress(NotFound):
            if {reading.evidence(desk, reader, item).sha256 for item in one.objects} == made:
                return one
    raise Refused("bundle.document_differs" if said else "bundle.not_produced")


def _files(desk: Desk, reader: Reader, sent: submit.SubmissionView, plan: Sequence[Enclosure]) -> list[_File]:
    documents = [reading.evidence(desk, reader, item) for item in sent.objects]
    return [*(_File(f"document.{suffix(item.media_type)}", item) for item in documents), *(_File(p, i) for _, p, i in _enclosed(plan))]


def _enclosed(plan: Sequence[Enclosure]) -> Iterator[tuple[Enclosure, str, reading.EvidenceView]]:
    """What goes, with its path."""
    for one in plan:
        if one.goes and one.item is not None:
            folder = CONFIDENTIAL if one.confidential else "annexes"
            name = f"{one.annex.number:02}{'-in-part' if one.because.because == 'bundle.redacted_goes' else ''}"
            yield one, f"{folder}/{name}.{suffix(one.item.media_type)}", one.item


def _rows(plan: Sequence[Enclosure]) -> list[tuple[str, ...]]:
    """The annexes as a table for a program. Titles are those that the document prints."""
    return [
        (str(e.annex.number), path, e.annex.title, item.received[:10], item.media_type, str(item.size), item.sha256.hex(), item.sha512.hex())
        for e, path, item in _enclosed(plan)
    ]


def index(desk: Desk, view: briefs.BriefView, plan: Sequence[Enclosure]) -> Brief:
    """The index on paper, in the language of the document. Of what is not enclosed it says the number and nothing else."""
    language, texts = view.document.language, desk.catalogue.texts

    def say(word: str, **parts: object) -> str:
        return texts.say(f"bundle.index.{word}", language, **parts)

    def said(text: str) -> Paragraph:
        return Paragraph((Sentence(text, author=Author.FORM),))

    enclosed, missing = list(_enclosed(plan)), [str(one.annex.number) for one in plan if not one.goes]
    blocks: list[Heading | Paragraph | Table] = [Heading(1, say("enclosed")), said(say("document"))]
    header = tuple(say(name) for name in ("number", "file", "title", "received", "size"))
    rows = [(e.confidential, (str(e.annex.number), path, e.annex.title, *_told(item, texts, language))) for e, path, item in enclosed]
    shown, kept = (tuple(row for apart, row in rows if apart is wanted) for wanted in (False, True))
    if shown:
        blocks.append(Table(header, shown))
    if kept:
        blocks += [Heading(1, say("confidential")), said(say("confidential_means")), Table(header, kept)]
    if enclosed:
        digests = [(str(e.annex.number), _grouped(item.sha256.hex())) for e, _, item in enclosed]
        blocks += [Heading(1, say("digests")), said(say("digests_mean")), Table((say("number"), "SHA-256"), tuple(digests))]
    else:
        blocks.append(said(say("none")))
    if missing:
        blocks += [Heading(1, say("not_enclosed")), said(say("not_enclosed_means", numbers=", ".join(missing)))]
    return Brief(say("heading"), view.document.title, language, view.document.marking, view.document.meta, tuple(blocks), (), True)


def _told(item: reading.EvidenceView, texts: Texts, language: str) -> tuple[str, str]:
    """When an item was received and how large it is, in words."""
    return date_words.show(item.received[:10], language), size_words(item.size, texts, language)


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def _record(desk: Desk, reader: Reader, view: briefs.BriefView, sent: submit.SubmissionView, files: Sequence[_File], digest: bytes) -> bytes:
    """What leaves: one record with the submission, and a custody entry of every item, all or none."""
    home = reading.dossier(desk, reader, view.dossier)
    objects = tuple(one.item.object for one in files if one.item.object not in sent.objects)
    with desk.store.transaction():
        told: dict[str, Value] = {"dossier": view.dossier, "submission": sent.rid, "objects": objects, "digest": digest}
        made = items.new(desk, "bundle", home.work, {**told, "day": desk.clock().date().isoformat(), "state": HANDED})
        for one in files:
            evidence.add_custody(desk, reader, one.item.object, "export", "handed over", f"{view.mechanism} | {digest.hex()}")
    return made


def _failed(desk: Desk, reader: Reader, bundle: bytes, files: Sequence[_File]) -> None:
    with desk.store.transaction():
        items.change(desk, reader, "bundle", bundle, {"state": FAILED})
        for one in files:
            evidence.add_custody(desk, reader, one.item.object, "export", "failed")

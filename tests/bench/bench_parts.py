"""Parts that do not depend on the size of a workspace: weighing a dossier, reading a long account, printing, taking in a film."""

import hashlib
import os
import secrets
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from letapis.core.brief import Annex, Brief, Heading, Paragraph, Sentence
from letapis.core.fold import fold
from letapis.core.language import Texts
from letapis.core.note_about import Telling, speaks_of_other_years, tells_of_oneself
from letapis.core.proposals import propose
from letapis.desk import people, vault
from letapis.engines.catalogue import Catalogue, catalogue
from letapis.engines.objects import ObjectStore
from letapis.engines.render.docx import docx
from letapis.engines.render.pdf import pdf
from letapis.engines.seal import CHUNK, ChunkSealer
from tests.bench import population
from tests.bench.measure import Times, timed
from tests.bench.report import Report

LINES = Path(__file__).parents[1] / "vectors" / "proposals" / "lines.toml"
_PIECE = 64 * CHUNK


PARTS = ("vocabulary", "rulebook", "mechanisms", "consent", "proof", "records", "routes", "reference", "texts", "templates", "publication")


def test_knowledge(report: Report) -> None:
    """What a command that needs everything waits for before it begins."""
    root = catalogue().root

    def once() -> None:
        fresh = Catalogue(root)
        for part in PARTS:
            getattr(fresh, part)

    found = timed([once] * 5)
    report.add("All data files of the package, read", _both(found), "≤ 500 ms", holds=min(found.cpu) <= 500)


def _both(found: Times) -> str:
    return f"least {found.least:.0f} ms, p50 {found.median:.0f} ms; processor least {min(found.cpu):.0f} ms"


def test_fold(folder: Path, report: Report) -> None:
    (folder / "fold").mkdir()
    filled = population.found(folder / "fold")
    population.fill(filled, 5_000)
    rows = filled.desk.store.rows(f"SELECT {vault.COLUMNS} FROM db_record ORDER BY id DESC LIMIT 5000")
    records = [opened.record for opened in vault.open_rows(filled.desk, rows)]
    directory, vocabulary = people.directory(filled.desk), filled.desk.catalogue.vocabulary
    found = timed([lambda: fold(records, directory, vocabulary)] * 40)
    report.add("Fold of a dossier of 5,000 records", _both(found), "≤ 20 ms", holds=found.least <= 20)
    filled.desk.close()


def test_reading_a_transcript(report: Report) -> None:
    """Three hours of talk, about 27,000 words: the written lines of the test set among sentences that say nothing."""
    lexicon, day = catalogue().proposals, date(2026, 5, 20)
    lines = [line["text"] for line in tomllib.loads(LINES.read_text(encoding="utf-8"))["line"]]
    quiet = "І тады мы доўга сядзелі і гаварылі пра кнігі, пра дом і пра тое, што будзе потым, а за акном ішоў дождж."
    paragraphs = (f"{quiet} {line}. {quiet}" for line in lines * 40)
    words, text = 0, ""
    while words < 27_000:
        paragraph = next(paragraphs)
        words, text = words + len(paragraph.split()), f"{text}{paragraph}\n\n"

    def read() -> None:
        propose(text, Telling(day, tells_of_oneself(text, lexicon), not speaks_of_other_years(text, day)), lexicon)

    found = timed([read] * 5)
    report.add(f"Proposals for a transcript of {words} words", _both(found), "≤ 2 s", holds=found.least <= 2000)


def test_a_document(report: Report) -> None:
    texts: Texts = catalogue().texts
    said = [Sentence(f"Яго трымалі тры дні ў ізалятары {n}.", (n.to_bytes(32, "big"),), (n % 40 + 1,)) for n in range(1, 121)]
    paragraphs = [Paragraph(tuple(said[at : at + 4])) for at in range(0, 120, 4)]
    annexes = tuple(Annex(n, f"Record of arrest {n}", bytes([n]) * 32, "image/jpeg", 1000 * n) for n in range(1, 41))
    brief = Brief("Communication", "Urgent action", "en", "INVENTED EXAMPLE", (), (Heading(1, "Arrest"), *paragraphs), annexes, False)
    on = date(2026, 11, 25)
    found = timed([lambda: (docx(brief, texts, on=on), pdf(brief, texts, on=on))] * 4)
    report.add("DOCX and PDF with 120 footnotes and 40 annexes", _both(found), "≤ 3 s", holds=found.least <= 3000)


def test_a_film(folder: Path, report: Report) -> None:
    """INGEST_MB is its size. The bound is one thread that reads, hashes once, encrypts, writes and syncs; we hash three times."""
    size = int(os.environ.get("INGEST_MB", "1024"))
    film = folder / "film"
    with film.open("wb") as out:
        for _ in range(size):
            out.write(secrets.token_bytes(1 << 20))
    store = ObjectStore(folder / "objects")
    bounds, ours = [], []
    for _ in range(2):
        bounds.append(_bare(film, folder / "bare"))
        begun = time.perf_counter()
        store.remove(store.put(_pieces(film), b"c" * 16, 1).name)
        ours.append(time.perf_counter() - begun)
    film.unlink()
    rate, bound = size / min(ours), size / min(bounds)
    text = f"{rate:.0f} MiB/s, {rate / bound:.2f} of the bound"
    about = f"{bound:.0f} MiB/s: read, SHA-256, AEAD, fsync on one thread"
    report.add(f"Taking in a film of {size} MiB", text, "≥ 0.70 of the bound", about, holds=rate / bound >= 0.7)


def _pieces(film: Path) -> Iterator[bytes]:
    with film.open("rb") as data:
        while piece := data.read(_PIECE):
            yield piece


def _bare(film: Path, target: Path) -> float:
    begun = time.perf_counter()
    sealer, digest = ChunkSealer(secrets.token_bytes(32), b"bench"), hashlib.sha256()
    with target.open("wb") as out:
        for piece in _pieces(film):
            digest.update(piece)
            out.write(sealer.seal(piece))
        out.flush()
        os.fsync(out.fileno())
    took = time.perf_counter() - begun
    target.unlink()
    return took

"""Scans read by the real machine, where it is installed: how well, from which files, what is found again, and that nothing lies about in clear."""

import tempfile
from pathlib import Path

import pytest
from PIL import Image

from letapis.core.errors import Hostile, Refused, UsageError
from letapis.desk import evidence, insides, ocr, reading
from letapis.desk.opening import Desk
from letapis.engines import ocr as machine
from letapis.engines import outside
from tests.desk.casework import desk
from tests.desk.test_insides import dossier, keep
from tests.scans import VERDICTS, encoded, error_rate, page, scanned, upper

__all__ = ["desk", "dossier"]


def here() -> bool:
    return outside.found("tesseract") and {"bel", "rus"} <= set(machine.languages())


pytestmark = pytest.mark.skipif(not here(), reason="tesseract-ocr with bel and rus, or bubblewrap, is not installed")
DPI = 150


def brought(desk: Desk, dossier: bytes, data: bytes, name: str) -> bytes:
    item = keep(desk, dossier, data, name)
    evidence.make_working_copy(desk, desk.reader("work"), item)
    return item


def test_a_verdict_of_two_pages_one_upside_down_is_read_found_and_cut(
    desk: Desk, dossier: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    pages = [upper(scanned(VERDICTS["be"], DPI, noise=60)), upper(scanned(VERDICTS["ru"], DPI, noise=60)).rotate(180)]
    item, reader = brought(desk, dossier, encoded(pages, "PDF", DPI), "verdict.pdf"), desk.reader("work")
    told: list[tuple[int, int]] = []
    ocr.read_scan(desk, reader, item, lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    text = insides.text_of(desk, reader, item, ocr.READ)
    first, second = text.removeprefix("[p1]\n").split("\n\n[p2]\n")
    assert error_rate(VERDICTS["be"], first) < 0.02 and error_rate(VERDICTS["ru"], second) < 0.02
    note = reading.note(desk, reader, ocr.note_of(desk, reader, item, 2, 2, "ru"))
    assert note.text == f"[p2]\n{second.strip()}" and note.evidence == item and note.language == "ru"
    assert [hit.ident for hit in reading.find(desk, reader, "Небылицына")] == [note.note]
    with pytest.raises(UsageError) as fault:
        ocr.note_of(desk, reader, item, 2, 3, "ru")
    assert fault.value.code == "ocr.pages"
    lying = [path for path in (*desk.workspace.rglob("*"), *tmp_path.rglob("*")) if path.is_file()]
    words = [word.encode() for word in ("Прыкладн", "Небылицын", "IHDR", "%PDF")]
    assert lying and not [path for path in lying if path.suffix != ".pdf" for word in words if word in path.read_bytes()]
    assert not list((tmp_path / "tmp").rglob("*"))


def test_grain_and_small_letters_do_not_keep_it_from_reading(desk: Desk, dossier: bytes) -> None:
    """The same page as an old office machine gives it; without our preparation nothing at all is read in it."""
    text = VERDICTS["ru"].partition("\n\nСуд установил")[0]
    item = brought(desk, dossier, encoded([upper(scanned(text, 200, noise=80, size=9))], "JPEG", 200), "verdict.jpg")
    ocr.read_scan(desk, desk.reader("work"), item)
    assert error_rate(text, insides.text_of(desk, desk.reader("work"), item, ocr.READ).removeprefix("[p1]\n")) < 0.03


def test_an_empty_page_has_no_words_and_a_broken_file_no_pages(desk: Desk, dossier: bytes) -> None:
    reader = desk.reader("work")
    empty = brought(desk, dossier, encoded([scanned(" ", 100, noise=60).crop((0, 0, 300, 300))], "TIFF", 100), "empty.tiff")
    with pytest.raises(Refused) as refused:
        ocr.read_scan(desk, reader, empty)
    assert refused.value.code == "ocr.no_words" and not insides.text_of(desk, reader, empty, ocr.READ)
    with pytest.raises(UsageError):
        ocr.note_of(desk, reader, empty, 1, 1, "be")
    cut = encoded([page("word", 100)], "PNG")
    broken = keep(desk, dossier, cut[: len(cut) // 2], "broken.png")
    with pytest.raises((Hostile, Refused)):
        evidence.make_working_copy(desk, reader, broken)
        ocr.read_scan(desk, reader, broken)


def test_a_very_large_page_is_read_made_smaller(desk: Desk, dossier: bytes) -> None:
    large = Image.new("L", (3000, 10_000), 255)
    large.paste(page("Вырак суда Выдуманага раёна", 400, 40).crop((0, 0, 2900, 1200)), (50, 1000))
    item = brought(desk, dossier, encoded([large], "PNG"), "large.png")
    ocr.read_scan(desk, desk.reader("work"), item)
    assert "Выдуманага" in insides.text_of(desk, desk.reader("work"), item, ocr.READ)


def test_one_that_is_ended_in_the_middle_begins_again(desk: Desk, dossier: bytes) -> None:
    """A page of progress that is stopped raises; nothing of the pages before is kept, and the next time is the first."""
    item, reader = brought(desk, dossier, encoded([upper(page("Вырак суда", 60, 20))] * 2, "TIFF", 100), "two.tiff"), desk.reader("work")

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ocr.read_scan(desk, reader, item, stop)
    assert insides.part_taken(desk, reader, item, ocr.READ) is None
    assert desk.store.rows("SELECT count(*) FROM db_record WHERE type = 'note'") == [(0,)]
    ocr.read_scan(desk, reader, item)
    assert insides.text_of(desk, reader, item, ocr.READ).count("Вырак суда") == 2


def test_a_language_that_the_machine_does_not_know_is_said(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Belarusian that was read as Russian looks like words: only this tells that it was."""
    reader = desk.reader("work")
    scan = encoded([page(VERDICTS["be"], DPI)], "PDF", DPI)
    items = [brought(desk, dossier, scan + b"%% %d\n" % number, f"verdict-{number}.pdf") for number in (1, 2)]  # the same file twice is refused
    assert ocr.languages_of(desk, reader, items[0]) == ((), ())
    ocr.read_scan(desk, reader, items[0])
    assert ocr.languages_of(desk, reader, items[0]) == (machine.languages(), tuple({*machine.LANGUAGES} - {*machine.languages()}))
    monkeypatch.setattr(machine, "languages", lambda: ("rus",))
    ocr.read_scan(desk, reader, items[1])
    assert ocr.languages_of(desk, reader, items[1]) == (("rus",), ("bel", "eng"))
    assert "Ў" not in insides.text_of(desk, reader, items[1], ocr.READ).upper()

"""What leaves is looked through: pixels and words pass, everything else is named; a paper of pictures is exactly what we write."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from letapis.core.errors import Hostile, Refused
from letapis.core.language import LANGUAGES
from letapis.engines import outgoing, paper, parse, pixels
from letapis.engines.catalogue import catalogue
from letapis.engines.layers import text_layer

VECTORS = Path(__file__).parent.parent / "vectors" / "hostile"
RESTRICTED = Path(__file__).parents[3] / "shared" / "samples" / "cc-by-sa" / "pdf"
SAID = {
    "exif/01.jpg": "exif gps",
    "exif/gen-gps-north-east.jpg": "exif gps",
    "exif/gen-orientation-6.jpg": "exif",
    "exif/gen-thumbnail-shows-more.jpg": "exif thumbnail",
    "exif/gen-xmp-gps.png": "xmp author",
    "exif/noexif.jpg": "",
    "exif/notjpeg.jpg": "unknown_kind",
    "exif/r_canon.jpg": "exif gps thumbnail",
    "exif/r_sony.jpg": "exif thumbnail",
    "pdf/test_pdf.pdf": "comment time program",
    "generated/javascript.pdf": "javascript",
    "generated/polyglot-pdf-zip.pdf": "after_end polyglot",
    "generated/text-under-black-box.pdf": "",
    "generated/tracked-changes.docx": "unknown_kind",
    "generated/polyglot-gif-html.gif": "unknown_kind",
    "generated/active.html": "unknown_kind",
}
OTHERS = {
    "002-trivial-libre-office-writer.pdf": "time program",
    "output_with_metadata_pymupdf.pdf": "xmp time",
    "annotated_pdf.pdf": "comment time program annotations",
    "libre-office-link.pdf": "time program annotations links",
    "libreoffice-writer-password.pdf": "time program encrypted",
}


def grey(width: int = 40, height: int = 30) -> bytes:
    return pixels.png(Image.frombytes("L", (width, height), random.Random(7).randbytes(width * height)))


def jpeg(**more: object) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(grey())).save(out, "JPEG", **more)
    return out.getvalue()


def faults(data: bytes, *words: str) -> str:
    return " ".join(outgoing.look(data, words).faults)


@pytest.mark.parametrize("name", SAID)
def test_every_sample_has_its_faults(name: str) -> None:
    assert faults((VECTORS / name).read_bytes()) == SAID[name]


@pytest.mark.parametrize("name", OTHERS)
def test_papers_of_other_programs_tell_who_made_them(name: str) -> None:
    if not RESTRICTED.exists():
        pytest.skip("samples under a licence that asks to stay apart")
    assert faults((RESTRICTED / name).read_bytes()) == OTHERS[name]


def test_a_name_under_a_black_box_is_found() -> None:
    data = (VECTORS / "generated/text-under-black-box.pdf").read_bytes()
    assert faults(data, "vydumany") == "words_remain" and faults(data, "Nobody") == ""
    with pytest.raises(Refused) as refused:
        outgoing.require_clean(data)
    assert refused.value.reasons == ("outgoing.fault.text_layer",), "a paper of ours has no text layer at all"


def test_plain_pictures_and_words_pass() -> None:
    assert faults(grey()) == faults(jpeg()) == faults(jpeg(progressive=True)) == faults("Слова на паперы\n".encode()) == ""
    assert faults("Ян […] сказаў".encode(), "Выдумка") == "" and faults("Ян Выдумка".encode(), "выдумка") == "words_remain"


def test_what_is_hidden_in_a_picture_is_named() -> None:
    exif = Image.Exif()
    exif[0x0131] = "Canary"
    assert faults(jpeg(exif=exif)) == "exif" and faults(jpeg(comment=b"Canary")) == "comment" and faults(jpeg(icc_profile=b"x" * 200)) == "profile"
    assert faults(jpeg() + b"behind") == "after_end" and faults(jpeg()[:-40]) == "broken"
    assert faults(grey() + b"behind") == "after_end" and faults(grey()[:-4]) == "broken" and faults(b"\x89PNG\r\n\x1a\n") == "broken"
    assert faults("a\u202eb".encode()) == "hidden_characters" and faults(b"\xff\xfe\x00") == "unknown_kind" and faults(b"") == "unknown_kind"


def test_an_earlier_version_of_a_paper_is_found() -> None:
    data = (VECTORS / "pdf/test_pdf.pdf").read_bytes()
    later = data + b"\n9 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
    assert "earlier_version" in faults(later) and "earlier_version" not in faults(data)


def test_a_paper_of_pictures_gives_the_same_pixels_back_and_nothing_else() -> None:
    pages = [grey(), pixels.png(Image.new("RGB", (17, 9), (200, 10, 30)))]
    made = b"".join(paper.written(pages))
    assert [Image.open(io.BytesIO(one)).tobytes() for one in paper.pictures(made)] == [Image.open(io.BytesIO(one)).tobytes() for one in pages]
    assert outgoing.look(made) == outgoing.Looked("pdf", ()) and text_layer(made) == ()
    shown = parse.render(made, "application/pdf")
    assert len(shown.pages) == 2 and shown.flags == ()


def test_three_hundred_pages_are_covered_written_and_read_back_a_page_at_a_time() -> None:
    page = grey(300, 400)
    made = b"".join(paper.written(pixels.covered(page, [(10, 10, 99, 40)]) for _ in range(300)))
    shown = list(paper.pictures(made))
    assert len(shown) == 300 and len(set(shown)) == 1 and outgoing.look(made).clean
    assert set(pixels.opened(shown[0]).crop((10, 10, 100, 41)).tobytes()) == {0}
    with pytest.raises(Hostile):
        list(paper.pictures(b"".join(paper.written([page] * 301))))


def test_no_change_of_a_paper_passes_as_ours() -> None:
    made, chance = b"".join(paper.written([grey(12, 9), grey(5, 7)])), random.Random(11)
    for _ in range(400):
        at = chance.randrange(len(made))
        flipped = made[:at] + bytes([made[at] ^ 1 << chance.randrange(8)]) + made[at + 1 :]
        changed = chance.choice((flipped, made[:at], made[:at] + b"x" + made[at:]))
        try:
            same = list(paper.pictures(changed)) == list(paper.pictures(made))
        except Hostile:
            continue
        assert not same and changed[:9] == made[:9], "only pixels may differ, and then they are other pixels"


def test_pictures_that_are_more_than_pixels_are_not_opened() -> None:
    for data in (b"", b"GIF89a", (VECTORS / "exif/gen-xmp-gps.png").read_bytes(), grey() + b"x"):
        with pytest.raises(Hostile):
            pixels.opened(data)
        with pytest.raises(Hostile):
            list(paper.written([data]))


def test_a_first_look_is_small_grey_and_pale() -> None:
    picture = pixels.opened(pixels.grey_small(pixels.png(Image.effect_noise((900, 400), 90).convert("RGB"))))
    assert picture.mode == "L" and picture.size == (320, 142)
    low, high = picture.getextrema()
    assert 60 < float(low) <= float(high) < 200  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_its_sentence(language: str) -> None:
    for fault in (*outgoing.FAULTS, "text_layer"):
        assert catalogue().texts.say(f"outgoing.fault.{fault}", language)

"""Hostile files: each sample has its verdict; mutations of them stand in tests/security/hostile.py."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from letapis.core.errors import Hostile
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue
from letapis.engines.parse import Kind, Rendition, render
from letapis.engines.parse.codes import FLAGS, HOSTILE, LEVELS
from letapis.engines.parse.wire import MAX_EDGE, MAX_INPUT, check_picture

VECTORS = Path(__file__).parent.parent / "vectors" / "hostile"
RESTRICTED = Path(__file__).parents[3] / "shared" / "samples" / "cc-by-sa" / "pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX_SAID = "has_program has_author has_time"


@dataclass(frozen=True)
class Verdict:
    kind: Kind
    pages: int = 0
    flags: str = ""
    text: str | None = None


def refused(code: str) -> str:
    return f"parse.{code}"


SAMPLES: dict[tuple[str, str], Verdict | str] = {
    ("exif/01.jpg", "image/jpeg"): Verdict(Kind.PICTURE, 1, "has_device has_program has_time gps_implausible"),
    ("exif/gen-gps-north-east.jpg", "image/jpeg"): Verdict(Kind.PICTURE, 1, "has_device has_program has_serial has_time has_gps"),
    ("exif/gen-orientation-6.jpg", "image/jpg"): Verdict(Kind.PICTURE, 1, "has_device has_program has_serial has_time turned"),
    ("exif/gen-thumbnail-shows-more.jpg", ""): Verdict(Kind.PICTURE, 1, "has_device has_program has_serial has_time has_thumbnail thumbnail_differs"),
    ("exif/gen-xmp-gps.png", "image/png"): Verdict(Kind.PICTURE, 1, "has_xmp has_gps has_author"),
    ("exif/noexif.jpg", "image/png"): Verdict(Kind.PICTURE, 1, "type_conflict"),
    ("exif/notjpeg.jpg", "image/jpeg"): refused("empty"),
    # Their pictures were replaced by plain blue, the previews were not: the flag is right.
    ("exif/r_canon.jpg", "image/jpeg"): Verdict(Kind.PICTURE, 1, "has_device has_time has_comment has_thumbnail thumbnail_differs"),
    ("exif/r_sony.jpg", "image/jpeg"): Verdict(Kind.PICTURE, 1, "has_device has_time has_comment has_program has_thumbnail thumbnail_differs"),
    ("pdf/test_pdf.pdf", "application/pdf"): Verdict(Kind.PDF, 2, "has_program has_time has_comment"),
    ("generated/active.html", "text/html"): Verdict(Kind.WEB, 0, "active_content kept_original"),
    ("generated/active.html", "text/plain"): Verdict(Kind.WEB, 0, "active_content kept_original type_conflict"),
    ("generated/bidi-name.zip", "application/zip"): Verdict(
        Kind.ARCHIVE, 0, "kept_original hidden_characters", "2\tphoto_[U+202E]gpj.exe\n1\tna[U+200B]me.txt"
    ),
    ("generated/bomb-nested.zip", "application/zip"): Verdict(
        Kind.ARCHIVE, 0, "kept_original nested_archive", "\n".join(f"2222\tn{n}.zip" for n in range(5))
    ),
    ("generated/bomb-overlap.zip", "application/zip"): refused("archive_duplicate"),
    ("generated/bomb-zeros.zip", "application/zip"): refused("archive_ratio"),
    ("generated/deep.json", "application/json"): Verdict(Kind.TEXT, 0, "", "[" * 60_000 + "]" * 60_000),
    ("generated/entities.xml", "text/xml"): refused("xml_entities"),
    ("generated/external.svg", "image/svg+xml"): Verdict(Kind.WEB, 0, "active_content kept_original"),
    ("generated/header-lies.zip", "application/zip"): refused("archive_lies"),
    ("generated/huge-dimensions.png", "image/png"): refused("too_many_pixels"),
    ("generated/javascript.pdf", "application/pdf"): Verdict(Kind.PDF, 1, "javascript"),
    ("generated/polyglot-gif-html.gif", "image/gif"): Verdict(Kind.PICTURE, 0, "polyglot type_conflict unreadable kept_original"),
    ("generated/polyglot-pdf-zip.pdf", "application/pdf"): Verdict(Kind.PDF, 1, "polyglot type_conflict"),
    ("generated/script.svg", "image/png"): Verdict(Kind.WEB, 0, "active_content kept_original type_conflict"),
    ("generated/text-under-black-box.pdf", "application/pdf"): Verdict(Kind.PDF, 1),
    ("generated/tracked-changes.docx", WORD): Verdict(Kind.OFFICE, 0, "kept_original has_author tracked_changes"),
    ("generated/traversal.zip", "application/zip"): refused("archive_path"),
    ("public/case-insensitive.tar", "application/x-tar"): refused("archive_link"),
    ("public/dde-in-csv.csv", "text/csv"): Verdict(Kind.TEXT, 0, "formulas", "=cmd|'/k \\..\\..\\..\\Windows\\System32\\calc.exe'!A0\n"),
    ("public/dde-test.docx", WORD): Verdict(Kind.OFFICE, 0, f"kept_original active_content {DOCX_SAID}"),
    ("public/encrypted.docx", "application/msword"): Verdict(Kind.OFFICE, 0, "kept_original encrypted"),
    ("public/encrypted.docx", WORD): Verdict(Kind.OFFICE, 0, "kept_original encrypted type_conflict"),
    ("public/excel4_sample_macro.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"): Verdict(
        Kind.OFFICE, 0, f"kept_original macros {DOCX_SAID}"
    ),
    ("public/sample_with_external_link_to_doc.docx", WORD): Verdict(Kind.OFFICE, 0, f"kept_original external_links {DOCX_SAID}"),
    ("public/sample_with_external_link_to_doc.xlsx", SHEET): Verdict(Kind.OFFICE, 0, f"kept_original active_content external_links {DOCX_SAID}"),
    ("public/specialmodes.zip", "application/zip"): Verdict(Kind.ARCHIVE, 0, "kept_original"),
    ("public/symlinks.zip", "application/zip"): refused("archive_link"),
    ("public/symlinks2.zip", "application/zip"): refused("archive_link"),
    ("public/traverse-via-links.tar", "application/x-tar"): refused("archive_link"),
    ("public/traverse.tar", "application/x-tar"): refused("archive_path"),
}


def judged(data: bytes, declared: str = "") -> Rendition | str:
    try:
        return render(data, declared)
    except Hostile as error:
        return error.code


@pytest.mark.parametrize(("name", "declared"), SAMPLES, ids=lambda part: part.rpartition("/")[2])
def test_sample_gets_its_verdict(name: str, declared: str) -> None:
    expected = SAMPLES[name, declared]
    got = judged((VECTORS / name).read_bytes(), declared)
    if isinstance(expected, str) or isinstance(got, str):
        assert got == expected
        return
    assert got.kind is expected.kind and len(got.pages) == expected.pages
    assert set(got.flags) == {f"flags.{flag}" for flag in expected.flags.split()}
    if expected.text is not None:
        assert got.text == expected.text
    for page in got.pages:
        check_picture(page)


def test_every_vector_has_a_verdict() -> None:
    folders = ("generated", "public", "exif", "pdf")
    present = {f"{folder}/{path.name}" for folder in folders for path in (VECTORS / folder).iterdir()}
    assert present == {name for name, _ in SAMPLES}


@pytest.mark.skipif(not RESTRICTED.is_dir(), reason="CC-BY-SA samples are not shipped with the repository")
@pytest.mark.parametrize(
    ("name", "pages", "flags"),
    [
        ("002-trivial-libre-office-writer.pdf", 1, {"has_program", "has_time"}),
        ("output_with_metadata_pymupdf.pdf", 1, {"has_xmp"}),
        ("annotated_pdf.pdf", 1, set()),
        ("libre-office-link.pdf", 1, {"links"}),
        ("libreoffice-writer-password.pdf", 0, {"encrypted", "kept_original"}),
    ],
)
def test_restricted_pdf_gets_its_verdict(name: str, pages: int, flags: set[str]) -> None:
    got = render((RESTRICTED / name).read_bytes(), "application/pdf")
    assert len(got.pages) == pages and {f"flags.{flag}" for flag in flags} <= set(got.flags)


# --- pictures


def picture(form: str = "PNG", size: tuple[int, int] = (120, 80), **save: object) -> bytes:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((10, 10, size[0] // 2, size[1] - 10), fill=(180, 40, 40))
    out = io.BytesIO()
    image.save(out, form, **save)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_script_in_a_paper_is_named_and_three_letters_in_a_scan_are_none() -> None:
    scan = picture("PDF")
    assert "flags.javascript" not in render(scan + b"\n/JS\x00\x9c /JS\xff /JS 12 /JSx(", "application/pdf").flags
    for words in (b"/JS (app)", b"/JS<61>", b"/J#53 12 0 R", b"/JS%x\n(a)", b"/JavaScript"):
        assert "flags.javascript" in render(scan + b"\n" + words, "application/pdf").flags


def opened(page: bytes) -> Image.Image:
    check_picture(page)
    return Image.open(io.BytesIO(page))


def test_orientation_is_applied_and_the_tag_is_gone() -> None:
    page = opened(render((VECTORS / "exif/gen-orientation-6.jpg").read_bytes()).pages[0])
    assert page.size == (120, 160) and not page.getexif() and not page.info


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_every_format_becomes_the_same_clean_picture(form: str) -> None:
    got = render(picture(form), f"image/{form.lower()}")
    page = opened(got.pages[0])
    assert page.size == (120, 80) and "flags.type_conflict" not in got.flags
    red = page.convert("RGB").getpixel((30, 40))
    assert isinstance(red, tuple) and red[0] > 150 and red[1] < 90


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I", "I;16", "F", "YCbCr"])
def test_every_colour_mode_gives_a_page(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, "TIFF")
    assert opened(render(out.getvalue()).pages[0]).size == (20, 10)


def test_colour_mode_that_needs_a_module_from_outside_is_kept_as_original() -> None:
    out = io.BytesIO()
    Image.new("LAB", (20, 10)).save(out, "TIFF")
    assert set(render(out.getvalue()).flags) == {"flags.unreadable", "flags.kept_original"}


def test_transparent_parts_become_white_not_black() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(render(out.getvalue()).pages[0]).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


def test_large_picture_is_made_smaller_and_says_so() -> None:
    got = render(picture("JPEG", (5000, 1000)))
    assert max(opened(got.pages[0]).size) == MAX_EDGE and "flags.made_smaller" in got.flags


def test_preview_with_black_bars_does_not_count_as_another_picture() -> None:
    whole = Image.open(io.BytesIO(picture("PNG", (900, 600))))
    small = Image.new("RGB", (160, 120), "black")
    small.paste(whole.resize((160, 107)), (0, 6))
    preview = io.BytesIO()
    small.save(preview, "JPEG", quality=80)
    assert flags_with_preview(whole, preview.getvalue()) == {"flags.has_thumbnail"}


def test_preview_of_an_uncropped_face_counts_as_another_picture() -> None:
    whole = Image.open(io.BytesIO(picture("PNG", (900, 600))))
    preview = io.BytesIO()
    Image.new("RGB", (160, 107), "navy").save(preview, "JPEG")
    assert flags_with_preview(whole, preview.getvalue()) == {"flags.has_thumbnail", "flags.thumbnail_differs"}


def flags_with_preview(whole: Image.Image, preview: bytes) -> set[str]:
    """The flags of a JPEG that carries ``preview`` in its first directory (Exif 2.32, 4.6.5)."""
    entries = b"".join(
        tag.to_bytes(2, "big") + b"\x00\x04\x00\x00\x00\x01" + value.to_bytes(4, "big") for tag, value in ((513, 44), (514, len(preview)))
    )
    block = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + b"\x00\x00" + (14).to_bytes(4, "big") + b"\x00\x02" + entries + bytes(4) + preview
    out = io.BytesIO()
    whole.convert("RGB").save(out, "JPEG", exif=block)
    return set(render(out.getvalue()).flags)


def test_moving_picture_shows_its_first_frame() -> None:
    out = io.BytesIO()
    Image.new("L", (9, 9), 10).save(out, "GIF", save_all=True, append_images=[Image.new("L", (9, 9), n) for n in (80, 200)])
    got = render(out.getvalue())
    assert len(got.pages) == 1 and "flags.animated" in got.flags


def test_scan_of_several_pages_shows_all_of_them() -> None:
    out = io.BytesIO()
    Image.new("L", (9, 9), 10).save(out, "TIFF", save_all=True, append_images=[Image.new("L", (9, 9), n) for n in (80, 200)])
    assert len(render(out.getvalue()).pages) == 3


# --- text


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("utf-8", set()),
        ("utf-8-sig", set()),
        ("utf-16", {"flags.encoding_utf16"}),
        ("utf-16-le", {"flags.encoding_utf16", "flags.encoding_guessed"}),
        ("utf-16-be", {"flags.encoding_utf16", "flags.encoding_guessed"}),
        ("cp1251", {"flags.encoding_cp1251", "flags.encoding_guessed"}),
        ("koi8-r", {"flags.encoding_koi8r", "flags.encoding_guessed"}),
        ("cp866", {"flags.encoding_cp866", "flags.encoding_guessed"}),
    ],
)
def test_text_of_the_region_is_read_in_its_code_page(page: str, told: set[str]) -> None:
    text = "Янка Выдуманы, улица Примерная, дом 5.\nЕго задержали в Гродно девятого августа и держали трое суток без адвоката.\n"
    got = render(text.encode(page), "text/plain")
    assert got.text == text and {flag for flag in got.flags if flag.startswith("flags.encoding")} == told


def test_belarusian_letters_survive_windows_1251() -> None:
    text = "Яго трымалі ў ізалятары, аб'явы не было, ён чакаў шэсць дзён."
    got = render(text.encode("cp1251"))
    assert got.text == text and "flags.encoding_guessed" in got.flags


def test_invisible_and_control_characters_are_shown_as_numbers() -> None:
    got = render("a\u202eb\x1b[31mc\u200bd\tе\r\nf".encode())
    assert got.text == "a[U+202E]b[U+001B][31mc[U+200B]d\tе\nf" and "flags.hidden_characters" in got.flags


def test_long_text_is_cut_between_letters() -> None:
    got = render(("я" * (5 << 20)).encode(), "text/plain")
    assert got.text is not None and set(got.text) == {"я"} and "flags.text_cut" in got.flags


# --- limits of the input


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\x00\x00\x18ftypmp42" + bytes(100), Kind.VIDEO),
        (b"OggS" + bytes(100), Kind.AUDIO),
        (b"#!AMR\n" + bytes(100), Kind.AUDIO),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), Kind.PICTURE),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), Kind.ARCHIVE),
        (bytes(100), Kind.UNKNOWN),
        (b"{\\rtf1 {\\objdata 00}}", Kind.OFFICE),
    ],
)
def test_what_is_not_shown_is_kept_as_original(data: bytes, kind: Kind) -> None:
    got = render(data)
    assert got.kind is kind and got.pages == () and got.text is None and "flags.kept_original" in got.flags


class _Endless(io.RawIOBase):
    """A stream of ``head`` and then zeros without end."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= MAX_INPUT + 1, "the reader must never ask for everything"
        return self._head + bytes(size - len(self._head))


def test_very_large_video_is_kept_and_very_large_picture_is_refused() -> None:
    assert render(_Endless(b"\x00\x00\x00\x18ftypmp42")).kind is Kind.VIDEO  # type: ignore[arg-type]
    with pytest.raises(Hostile) as error:
        render(_Endless(picture("PNG")))  # type: ignore[arg-type]
    assert error.value.code == "parse.too_large"


def test_archive_that_counts_its_entries_twice_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_001):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    assert judged(out.getvalue()) == "parse.archive_too_many"


def test_names_equal_without_case_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("A/photo.jpg", b"x")
        archive.writestr("a/PHOTO.jpg", b"y")
    assert judged(out.getvalue()) == "parse.archive_duplicate"


def test_names_equal_but_for_how_a_letter_is_written_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("\u0439.txt", b"x")
        archive.writestr("\u0438\u0306.txt", b"y")
    assert judged(out.getvalue()) == "parse.archive_duplicate"


# --- texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_text(language: str) -> None:
    keys = [*FLAGS, *(f"errors.{code}" for code in HOSTILE), "errors.parse.no_sandbox", *(f"flags.level_{level.value}" for level in LEVELS)]
    assert all(catalogue().texts.say(key, language) for key in keys)

"""Copies with parts blacked out: nothing of what was covered is left, the original stays, and nobody lets their own copy out."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.redaction import MARK, Box, boxes_of, spans_of
from letapis.desk import difficult, dossiers, erasing, evidence, reading, redaction
from letapis.desk.opening import Desk
from letapis.desk.redaction import Wish
from letapis.engines import outgoing, paper, pixels
from letapis.engines.layers import text_layer
from tests.canary import LATIN, search
from tests.team import Team, make_team

from .casework import Work, office, work_at

__all__ = ["make_team"]
VECTORS = Path(__file__).parent.parent / "vectors" / "hostile"
NAME = f"{LATIN}-Vydumka"
ACCOUNT = f"{NAME} told us on Monday.\nIt was {NAME.lower()} who saw them, said {NAME}ova.\n"
TITLE = "Account, parts blacked out"


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk())


@pytest.fixture
def work(desk: Desk) -> Work:
    return work_at(desk)


def kept(desk: Desk, work: Work, data: bytes, media_type: str, kind: str = "document") -> bytes:
    form = evidence.EvidenceForm("Pryklad", kind, "canary.bin", media_type=media_type)
    return evidence.add_evidence(desk, desk.reader("work"), work.dossier, form, [data])


def copied(desk: Desk, work: Work, data: bytes, media_type: str, kind: str = "document") -> bytes:
    item = kept(desk, work, data, media_type, kind)
    assert evidence.make_working_copy(desk, desk.reader("work"), item).pages
    return item


def content(desk: Desk, item: bytes) -> bytes:
    return b"".join(evidence.read_object(desk, desk.reader("work"), item))


def made(desk: Desk, item: bytes, *boxes: Box, **more: object) -> redaction.RedactionView:
    reader = desk.reader("work")
    return redaction.redaction(desk, reader, redaction.redact(desk, reader, item, Wish(TITLE, boxes, **more)))  # type: ignore[arg-type]


def paper_of(*names: str) -> bytes:
    """A PDF with a real text layer: one page for each name, by hand (ISO 32000-1)."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for name in names:
        stream = f"BT /F 24 Tf 60 500 Td (Said by {name} today) Tj ET".encode()
        objects.append(f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream")
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents {len(objects)} 0 R>>"
        objects.append(page.encode())
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(names)))
    objects[1] = f"<</Type/Pages/Count {len(names)}/Kids[{kids}]>>".encode()
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + body + b"endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    info = f"trailer<</Size {len(places) + 1}/Root 1 0 R/Info<</Author(A. {NAME})>>>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{info}".encode()


def test_pixels_under_a_box_are_one_colour_and_nothing_else_changes(desk: Desk, work: Work) -> None:
    item = copied(desk, work, (VECTORS / "exif/gen-thumbnail-shows-more.jpg").read_bytes(), "image/jpeg", "photo")
    (page,) = redaction.pages(desk, desk.reader("work"), item)
    box = Box(1, 2500, 2500, 3000, 4000, "source")
    one = made(desk, item, box)
    before, after = (pixels.opened(content(desk, which)) for which in (page.object, one.copy.object))
    assert after.size == before.size and one.copy.media_type == "image/png"
    left, top, right, bottom = box.pixels(*after.size)
    assert set(after.crop((left, top, right + 1, bottom + 1)).tobytes()) == {0}
    ImageDraw.Draw(before).rectangle((left, top, right, bottom), fill=0 if before.mode == "L" else (0, 0, 0))
    assert after.tobytes() == before.tobytes(), "all other pixels are those of the safe copy"


def test_words_under_a_box_are_in_no_byte_of_the_copy_and_in_clear_nowhere_on_disk(desk: Desk, work: Work, tmp_path: Path) -> None:
    original = paper_of(NAME, "Nobody", NAME)
    item, reader = copied(desk, work, original, "application/pdf"), desk.reader("work")
    assert NAME in {one.word for one in text_layer(original)} and outgoing.look(original).faults == ("author",)
    found = boxes_of(redaction.layer(desk, reader, item), NAME, "third_person")
    assert [box.page for box in found] == [1, 3]
    one = made(desk, item, *found)
    data = content(desk, one.copy.object)
    assert (one.copy.media_type, one.copy.derived_from, one.pages) == ("application/pdf", item, (1, 2, 3))
    assert outgoing.look(data, [NAME, LATIN]) == outgoing.Looked("pdf", ()) and text_layer(data) == ()
    shown = list(paper.pictures(data))
    for box in found:
        left, top, right, bottom = box.pixels(*pixels.size(shown[box.page - 1]))
        assert set(pixels.opened(shown[box.page - 1]).crop((left, top, right + 1, bottom + 1)).tobytes()) == {0}
    safe = content(desk, redaction.pages(desk, reader, item)[1].object)
    assert pixels.opened(shown[1]).tobytes() == pixels.opened(safe).tobytes(), "a page without a box is the safe page"
    (tmp_path / "copy.pdf").write_bytes(data)
    assert search([desk.workspace, tmp_path / "copy.pdf"]) == []
    assert content(desk, item) == original, "the original stays as it is"


def test_a_text_loses_its_words_and_says_only_that_something_stood_there(desk: Desk, work: Work) -> None:
    item, reader = kept(desk, work, ACCOUNT.encode(), "text/plain"), desk.reader("work")
    text = redaction.safe_text(desk, reader, item)
    one = made(desk, item, spans=spans_of(text, NAME, "source"))
    assert content(desk, one.copy.object).decode() == f"{MARK} told us on Monday.\nIt was {MARK} who saw them, said {MARK}.\n"
    with pytest.raises(Refused, match=r"redact\.words_remain"):
        made(desk, item, spans=spans_of(text, NAME, "source")[:1])
    for which in (item, one.copy.object):
        (entry,) = [entry for entry in reading.custody(desk, reader, which) if entry.event == "redaction"]
        assert entry.detail == "3 | source source source", "no place in the text, which would give the length of the name"
    with pytest.raises(Refused, match=r"redact\.nothing"):
        made(desk, item)
    redaction.looked_through(desk, reader, one.copy, [content(desk, one.copy.object)])
    with pytest.raises(Refused) as refused:
        redaction.looked_through(desk, reader, one.copy, [ACCOUNT.encode()])
    assert refused.value.reasons == ("outgoing.fault.words_remain",)


def test_a_title_that_holds_what_is_covered_is_refused(desk: Desk, work: Work) -> None:
    text, paper_item = kept(desk, work, ACCOUNT.encode(), "text/plain"), copied(desk, work, paper_of(NAME), "application/pdf")
    reader, title = desk.reader("work"), f"What {NAME} said"
    before = set(evidence.objects(desk).names())
    with pytest.raises(Refused, match=r"redact\.words_in_title"):
        redaction.redact(desk, reader, text, Wish(title, spans=spans_of(redaction.safe_text(desk, reader, text), NAME, "source")))
    found = boxes_of(redaction.layer(desk, reader, paper_item), NAME, "third_person")
    with pytest.raises(Refused, match=r"redact\.words_in_title"):
        redaction.redact(desk, reader, paper_item, Wish(title, found))
    assert set(evidence.objects(desk).names()) == before
    assert redaction.redact(desk, reader, paper_item, Wish("Said by somebody today", found))


def test_custody_and_record_say_what_was_covered_and_own_words_stay_apart(desk: Desk, work: Work) -> None:
    item, reader = copied(desk, work, paper_of("A", "B"), "application/pdf"), desk.reader("work")
    box = Box(2, 10, 20, 30, 40, "child")
    one = made(desk, item, box, text=f"{NAME} asked for it")
    for which, outcome in ((item, "copy made"), (one.copy.object, "blacked out")):
        (entry,) = [entry for entry in reading.custody(desk, reader, which) if entry.event == "redaction"]
        assert (entry.outcome, entry.detail) == (outcome, "1 | 2:10,20,30,40:child")
    assert one.text == f"{NAME} asked for it" and one.boxes == (box,)
    again = made(desk, item, pages=(1,))
    assert [view.redaction for view in redaction.redactions(desk, reader, item)] == [again.redaction, one.redaction], "the old one stays"
    assert again.copy.media_type == "image/png" and len(reading.renditions(desk, reader, item)) == 2 and reading.parts_of(desk, reader, item) == []


def test_what_is_erased_takes_its_copies_and_marks_along(desk: Desk, work: Work) -> None:
    item, reader = copied(desk, work, paper_of("A", "B"), "application/pdf"), desk.reader("work")
    one = made(desk, item, Box(2, 10, 20, 30, 40, "child"))
    difficult.mark(desk, reader, item, ["death"])
    going = erasing.going(desk, reader, work.dossier, [item])
    assert {record.type for record in going.records} >= {"redaction", "difficult", "evidence", "custody"}
    assert one.copy.blob in going.blobs and len(going.blobs) == 4


@pytest.mark.parametrize(
    "boxes, more, code",
    [((Box(3, 0, 0, 1, 1, "source"),), {}, "redact.page"), ((), {"pages": (9,)}, "redact.page"), ((), {}, "redact.nothing"),
     ((Box(1, 0, 0, 1, 1, "source"),), {"pages": (2,)}, ""), ((Box(1, 0, 0, 1, 1, "source"),) * 2_001, {}, "redact.too_many")],
)  # fmt: skip
def test_a_wish_for_what_is_not_there_leaves_nothing_behind(
    desk: Desk, work: Work, boxes: tuple[Box, ...], more: dict[str, object], code: str
) -> None:
    item = copied(desk, work, paper_of("A", "B"), "application/pdf")
    before = set(evidence.objects(desk).names())
    if not code:
        assert made(desk, item, *boxes, **more).pages == (2,)
        return
    with pytest.raises((UsageError, Refused), match=code):
        made(desk, item, *boxes, **more)
    assert set(evidence.objects(desk).names()) == before


def test_what_has_no_safe_copy_cannot_be_blacked_out(desk: Desk, work: Work) -> None:
    item = kept(desk, work, b"\x00\x01 sound of nothing", "audio/mpeg", "audio")
    with pytest.raises(Refused, match=r"redact\.no_pages"):
        made(desk, item, Box(1, 0, 0, 1, 1, "source"))
    with pytest.raises(Refused, match=r"redact\.no_text"):
        redaction.safe_text(desk, desk.reader("work"), item)
    one = made(desk, copied(desk, work, paper_of("A", "B"), "application/pdf"), pages=(1,))
    with pytest.raises(NotFound):
        made(desk, one.copy.object, Box(1, 0, 0, 1, 1, "source"))


def test_a_copy_leaves_when_a_colleague_has_looked_and_a_no_keeps_it(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    first, second = team.desks
    work = work_at(first)
    dossiers.admit_to_dossier(first, team.reader(), work.dossier, [second.me])
    one = made(first, copied(first, work, paper_of("A", "B"), "application/pdf"), Box(1, 0, 0, 5000, 5000, "source"))
    with pytest.raises(Refused, match=r"redact\.own"):
        redaction.second_look(first, team.reader(), one.redaction, True, "looked")
    with pytest.raises(Refused, match=r"redact\.not_looked_at"):
        redaction.leaving(first, team.reader(), work.dossier, [one.copy.object])
    assert redaction.leaving(first, team.reader(), work.dossier) == []
    with pytest.raises(UsageError, match=r"redact\.copy"):
        redaction.leaving(first, team.reader(), work.dossier, [b"x" * 16])
    team.settle()
    redaction.second_look(second, team.reader(1), one.redaction, False, "a name on page 2")
    team.settle()
    assert not redaction.redaction(first, team.reader(), one.redaction).cleared
    redaction.second_look(second, team.reader(1), one.redaction, True, "looked at both pages")
    team.settle()
    assert [view.copy.object for view in redaction.leaving(first, team.reader(), work.dossier)] == [one.copy.object]
    assert [word.holds for word in redaction.redaction(first, team.reader(), one.redaction).words] == [True], "a later word takes the earlier back"


def test_many_pages_are_made_and_read_back(desk: Desk, work: Work) -> None:
    item = copied(desk, work, paper_of(*(NAME if number % 4 == 0 else "x" for number in range(12))), "application/pdf")
    found = boxes_of(redaction.layer(desk, desk.reader("work"), item), NAME, "source")
    one = made(desk, item, *found)
    assert len(found) == 3 and len(one.pages) == 12 and len(one.boxes) == 3
    data = content(desk, one.copy.object)
    assert sum(1 for _ in paper.pictures(data)) == 12 and outgoing.look(data).clean


def test_a_derived_photograph_with_its_place_does_not_leave(desk: Desk, work: Work) -> None:
    item = copied(desk, work, (VECTORS / "exif/gen-gps-north-east.jpg").read_bytes(), "image/jpeg", "photo")
    form = evidence.EvidenceForm("Pryklad", "photo", media_type="image/jpeg", derived_from=item, derivation="safe copy", tool="other", page=2)
    forged = evidence.add_evidence(desk, desk.reader("work"), work.dossier, form, [(VECTORS / "exif/gen-gps-north-east.jpg").read_bytes()])
    copy = reading.evidence(desk, desk.reader("work"), forged)
    with pytest.raises(Refused) as refused:
        redaction.looked_through(desk, desk.reader("work"), copy, [content(desk, forged)])
    assert refused.value.reasons == ("outgoing.fault.exif", "outgoing.fault.gps")
    assert Image.open(io.BytesIO(content(desk, redaction.pages(desk, desk.reader("work"), item)[0].object))).info == {}

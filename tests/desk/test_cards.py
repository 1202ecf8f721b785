"""A public card: what may stand on it and what stays, what a member may wish, and that nothing else of the dossier is in it."""

import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageCms

from letapis.core.circles import AS_IT_IS
from letapis.core.errors import Refused, UsageError
from letapis.core.public_check import is_bare_jpeg
from letapis.core.published import CardValue
from letapis.desk import card_settle, cards, circles, dossiers, erasure, evidence, one_person, public_record, reading, sources, statements, verify
from letapis.desk.card_plan import CIRCLE, PERSON, SOURCE, CardPlan, plan
from letapis.desk.card_wish import Chosen, Wish, WishFault
from letapis.desk.vault import COLUMNS, open_rows
from tests.team import Team, make_team

from .carding import House, house_of

__all__ = ["make_team"]
HOSTILE = "<script>alert(1)</script> =1+1"


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    return house_of(make_team(3))


def stays(known: CardPlan, field: str) -> list[tuple[str, str]]:
    return [(one.answer.because, one.who) for one in known.fields[field].stays]


def faults(house: House, wish: Wish) -> set[tuple[str, str]]:
    with pytest.raises(WishFault) as caught:
        cards.preview(house.desk, house.reader, house.dossier, house.person, wish)
    assert all(answer.because in house.desk.catalogue.texts for _, answer in caught.value.faults)
    return {(name, answer.because) for name, answer in caught.value.faults}


def test_what_may_stand_what_stays_and_why(house: House) -> None:
    """Of the person alone, of allowed fields alone; each value that stays has its reason."""
    known = house.plan()
    goes = {name: [value.value for one in part.goes for value in one.values] for name, part in known.fields.items() if part.goes}
    assert goes == {
        "name": ["Янка Прыклад", "Янка Прыклад"],
        "sex": ["m"],
        "birth_date": ["1990-05-17"],
        "profession": ["настаўнік"],
        "detained": ["2021-03-01", "2021-03-01"],
        "article": ["CC1999 342(1)"],
        "place": ["sizo-1", "sizo-1"],
    }
    told = [one for part in known.fields.values() for one in part.candidates]
    assert {one.claim.subject for one in told} == {house.person}
    (name,) = known.fields["name"].goes
    assert [one.value for one in name.offered] == ["Yanka Pryklad"], "offered by rule, and in no value that goes"
    body = dossiers.add_entity(house.desk, house.reader, house.dossier, "organisation", "Vydumka")
    with pytest.raises(UsageError, match=r"cards\.person"):
        plan(house.desk, house.reader, house.dossier, body)

    near = sources.add_source(house.desk, house.reader, house.dossier, sources.SourceForm("canary-near", "person", "B", "family"))
    house.say(house.person, near, ("identity.profession", "пекар"), ("detention.place", "vulica Vydumki 1"))
    house.say(house.person, house.court, ("identity.name", "Янка Прыклaд"), ("verdict.judge", "Vydumka"))
    house.checked()
    known = house.plan()
    assert stays(known, "profession")[-1] == ("cards.few_could_know", CIRCLE)
    assert stays(known, "place") == [("cards.not_in_list", "")]
    assert stays(known, "name") == [("cards.mixed_script", "")]

    other, (waiting,) = house.team.desks[1], [one for one in known.weighed if not one.clear]
    form = circles.AssessmentForm("The family agreed that it stands there.", sorted(AS_IT_IS)[0])
    circles.assess(other, other.reader("check"), house.dossier, circles.PUBLICATION, [waiting.sentence], form)
    house.team.settle()
    assert any(one.claim.source == near for one in house.plan().fields["profession"].goes)
    sources.record_consent(house.desk, house.reader, house.dossier, near, [sources.ConsentForm("publish_anonymous", "refused")])
    assert ("law.consent_refused", SOURCE) in stays(house.plan(), "profession")
    house.agrees("refused", ("public_list_life",))
    assert {who for _, who in stays(house.plan(), "profession")} == {PERSON}
    one = house.plan().fields["sex"].goes[0].claim
    verify.dispute_claim(other, other.reader("check"), one.rid, "Invented: another person.")
    house.team.settle()
    assert stays(house.plan(), "sex") == [("cards.disputed", "")]
    for source, answer in ((house.court, "refused"), (house.source, "withdrawn")):
        house.propose()
        sources.record_consent(house.desk, house.reader, house.dossier, source, [sources.ConsentForm("keep_internal", answer)])
        (card,) = public_record.versions(house.desk, house.reader, house.dossier)
        gone = card.recalled is not None and card.recalled.because == "consent_withdrawn"
        assert gone is (source != house.court) and bool(card.waiting) is not gone, "a document is asked nothing"
        if source == house.court:
            public_record.recall(house.desk, house.reader, house.dossier, card.ident, "mistake")


def test_a_wish_is_held_against_the_plan_field_by_field(house: House) -> None:
    known = house.plan()
    claims = {name: part.goes[0].claim.ref for name, part in known.fields.items() if part.goes}
    sister = reading.claims(house.desk, house.reader, house.dossier, subject=house.sister, properties=("identity.name",))[0].ref
    wish = Wish(
        (
            Chosen("name", sister, "be"),
            Chosen("sex", claims["birth_date"]),
            Chosen("name", claims["name"], "en"),
            Chosen("name", claims["name"], "en", "Maryla Vydumka"),
            Chosen("name", claims["name"], "fr"),
            Chosen("profession", claims["profession"], "ru", "учи\u202eтель"),
        ),
        (
            CardValue("about", "x" * 5000, "en"),
            CardValue("interests", " ", "en"),
            CardValue("letters_accepted", "yes"),
            CardValue("letters_accepted", "perhaps", since="2026-01"),
            CardValue("write_to", "vulica Vydumki 1"),
            CardValue("release_kind", "flew away"),
            CardValue("outcome", "recognised"),
            CardValue("detained", "2021-03-01"),
        ),
    )
    fault = "cards.fault."
    assert faults(house, wish) == {
        ("name", f"{fault}no_value"), ("sex", f"{fault}no_value"), ("name", f"{fault}no_form"), ("name", f"{fault}other_name"),
        ("name", f"{fault}language"), ("profession", "cards.hidden_characters"), ("about", f"{fault}too_long"), ("interests", "cards.empty"),
        ("letters_accepted", f"{fault}since"), ("letters_accepted", f"{fault}flag"), ("write_to", f"{fault}code"),
        ("release_kind", f"{fault}code"), ("outcome", f"{fault}not_by_hand"), ("detained", f"{fault}not_by_hand"),
    }  # fmt: skip
    assert faults(house, Wish(photo=house.item)) == {("photo", f"{fault}no_photo")}
    assert faults(house, Wish()) == {("", f"{fault}empty")}

    good = replace(cards.usual(known), own=(CardValue("about", f"{HOSTILE} Любіць Марылю.", "be"), CardValue("write_to", "sizo-1")))
    good = replace(good, chosen=(*good.chosen, Chosen("name", claims["name"], "en", "Yanka Pryklad")))
    seen = cards.preview(house.desk, house.reader, house.dossier, house.person, good)
    assert seen.card.first("about") == f"{HOSTILE} Любіць Марылю.", "words are data and stay words"
    hints = {(one.key, one.field) for one in seen.hints}
    assert {("names_person", "about"), ("by_hand", "name"), ("form_missing", "profession"), ("pointing.place_day_profession", "")} <= hints
    assert all(f"cards.hint.{key}" in house.desk.catalogue.texts for key, _ in hints)

    house.agrees("withdrawn", ("public_list_letters",))
    assert faults(house, good) == {("write_to", "law.consent_withdrawn")}
    with pytest.raises(Refused, match=r"cards\.look_again"):
        cards.propose(house.desk, house.reader, house.dossier, house.person, replace(good, own=()), seen.fingerprint)
    ref = cards.propose(house.desk, house.reader, house.dossier, house.person, replace(good, own=good.own[:1]))
    again = cards.wish_of(house.desk, house.reader, house.plan())
    assert set(again.chosen) == set(good.chosen) and again.own == good.own[:1], "what was proposed can be changed"
    card = public_record.find(house.desk, house.reader, ref)[1].card
    assert card and set(cards.hints(house.desk, house.reader, house.dossier, house.person, card)) >= {cards.Hint("names_person", "about")}


def test_who_is_not_named_is_counted_by_little_and_coarsely(house: House) -> None:
    for named in (True, False):
        seen = cards.preview(house.desk, house.reader, house.dossier, house.person, replace(cards.usual(house.plan()), named=False))
        assert seen.card.values == (CardValue("article", "CC1999 342(1)"), CardValue("detained", "2021"), CardValue("sex", "m"))
        assert {"unnamed", "pointing.article_year_sex"} <= {one.key for one in seen.hints} and not seen.scopes
        if named:
            house.agrees("refused", ("public_list_named",))
    assert not house.plan().named.holds and not cards.usual(house.plan()).named

    house.propose()
    (waits,) = public_record.versions(house.desk, house.reader, house.dossier)
    house.agrees("refused", ("statistics_anonymised",))
    assert faults(house, cards.usual(house.plan())) == {("", "law.consent_refused")}, "who said no to figures is in none"
    (gone,) = public_record.versions(house.desk, house.reader, house.dossier)
    assert waits.waiting and not gone.waiting and gone.recalled
    house.agrees("given", ("statistics_anonymised",))

    # The same person under another entry, with a card of its own.
    twin = dossiers.add_entity(house.desk, house.reader, house.dossier, "person", "Ян Прыклад")
    house.say(twin, house.court, ("person.sex", "m"))
    house.checked()
    house.propose()
    other = cards.usual(plan(house.desk, house.reader, house.dossier, twin))
    cards.propose(house.desk, house.reader, house.dossier, twin, other)
    one_person.decide(house.desk, house.reader, house.person, twin, "same", "Invented: one birth date.")
    seen = cards.preview(house.desk, house.reader, house.dossier, house.person, cards.usual(house.plan()))
    assert cards.Hint("same_person") in seen.hints
    assert public_record.state_of(house.desk, house.reader, house.dossier, waits.ident).alive
    sources.record_consent(house.desk, house.reader, house.dossier, house.person, [sources.ConsentForm("keep_internal", "withdrawn")])
    assert house.person not in {one.person for one in cards.links(house.desk, house.reader)}, "what it stood on is out of sight"
    assert not [one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.alive], "and it goes all the same, both of it"


def camera_picture() -> bytes:
    """A photograph with the place where it was taken, in numbers, in words, in a profile of colours, and a small first look at more than it shows."""
    picture, out, exif = Image.effect_noise((1400, 900), 90).convert("RGB"), io.BytesIO(), Image.Exif()
    exif[0x010F] = "canary-camera"
    exif[0x9C9B] = "canary-title".encode("utf-16-le")  # as Windows writes it: no search for letters finds it
    exif.get_ifd(0x8825)[2] = (53.0, 54.0, 0.0)
    small = io.BytesIO()
    Image.new("RGB", (160, 120), (255, 0, 0)).save(small, "JPEG", comment=b"canary-thumbnail")
    exif.get_ifd(0x8769)[0x927C] = small.getvalue()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>canary-xmp</rdf:RDF></x:xmpmeta>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + zlib.compress(b"canary-profile" * 20)
    picture.save(out, "JPEG", exif=exif, comment=b"canary-comment", xmp=xmp, icc_profile=profile)
    return out.getvalue()


def bare(photo: bytes) -> bool:
    """Read as a program that shows pictures reads it: pixels, and nothing that is told beside them."""
    with Image.open(io.BytesIO(photo)) as read:
        told, exif = set(read.info), read.getexif()
        inside = [dict(exif), exif.get_ifd(0x8825), exif.get_ifd(0x8769)]
        read.load()
        red = max((count for count, (r, g, b) in read.convert("RGB").getcolors(1 << 24) or [] if r > 240 and g < 20 and b < 20), default=0)
    beside = told - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return not beside and not any(inside) and red < 100 and photo.count(b"\xff\xd8\xff") == 1 and photo.endswith(b"\xff\xd9")


def test_nothing_else_of_the_dossier_is_in_what_is_public(house: House) -> None:
    """Secrets stand in every other property, relation, name of a file and note; the photograph is made anew and small."""
    form = evidence.EvidenceForm("canary-photo", "photo", "canary-file.jpg", house.court, "image/jpeg")
    item = evidence.add_evidence(house.desk, house.reader, house.dossier, form, [camera_picture()])
    evidence.make_working_copy(house.desk, house.reader, item)
    ((copy, answer),) = house.plan().photos
    assert answer.holds and copy.derived_from == item
    wish = replace(cards.usual(house.plan()), photo=copy.object)
    ref = cards.propose(house.desk, house.reader, house.dossier, house.person, wish)
    state, version = public_record.find(house.desk, house.reader, ref)
    photo = public_record.photo(house.desk, house.reader, ref)
    assert version.card and version.card.first("photo") == hashlib.sha256(photo).hexdigest()
    rules = house.desk.catalogue.cards
    assert not bare(camera_picture()) and bare(photo), "also where letters are not searched for: decoded, word by word"
    assert is_bare_jpeg(photo) and len(photo) <= rules.weight and max(Image.open(io.BytesIO(photo)).size) == rules.edge

    home = reading.dossier(house.desk, house.reader, house.dossier)
    query = f"SELECT {COLUMNS} FROM db_record WHERE compartment = %s"
    records = [one.record for one in open_rows(house.desk, house.desk.store.rows(query, (home.pub,)))]
    made = b"".join(repr(sorted(one.body.items())).encode() for one in records)
    held = [house.person, house.sister, house.source, house.court, item, copy.object]
    assert b"canary" not in made and "Канарэй".encode() not in made and b"Kanarejka" not in made and b"PRY-7" not in made
    assert not any(repr(one).encode() in made for one in held), "nothing that a key of another compartment could lead to"
    (link,) = cards.links(house.desk, house.reader, house.dossier)
    assert (link.version, link.card, link.person, link.object) == (ref, state.ident, house.person, copy.object)
    assert set(link.scopes) == {"public_list_named", "public_list_birthday", "public_list_life", "public_list_photo"}
    assert reading.item(house.desk, house.reader, link.link).compartment == home.work


def test_what_falls_takes_the_card_with_it(house: House) -> None:
    """A consent taken back at another desk, a claim that fell, a recognition that is withdrawn."""
    words = statements.StatementForm("2026-03-01", "recognised", {"be": "Заява"}, {"be": "Прыклад."}, ("Invented Centre",), "3.1")
    statement = statements.write(house.desk, house.reader, house.dossier, words)
    house.decided("recognised", "2026-03-01", "3.1", statement)
    house.team.settle()
    house.published()
    card = house.public(0)
    assert card and (card.first("outcome"), card.first("ground"), card.first("statement")) == ("recognised", "3.1", statement.hex())
    assert public_record.state_of(house.desk, house.reader, house.dossier, statement).waiting, "the statement waits for its own approvals"
    other = house.team.desks[1]
    house.agrees("withdrawn", ("public_list_life",), other)
    assert house.public(1) is None, "in the same transaction"
    house.team.settle()
    assert house.public(0) is None and house.public(2) is None

    ref = house.published()
    (stands,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert stands.standing and stands.standing.version.ref == ref and stands.standing.card and not stands.standing.card.all("profession")
    article = reading.claims(house.desk, house.reader, house.dossier, properties=("charge.article",))[0]
    verify.dispute_claim(other, other.reader("check"), article.rid, "Invented: another article.")
    house.team.settle()
    assert house.public(0) is not None, "a colleague is asked first"
    waiting = [one for one in reading.items(house.desk, house.reader, "task", dossier=house.dossier, state="open") if one.text("kind") == "other"]
    assert waiting and not card_settle.settle(house.desk, house.reader), "and asked once"
    house.decided("withdrawn", "2026-03-05")
    assert house.public(1) is None
    assert public_record.entries(other, other.reader("work")).recalls == {stands.ident.hex(): "recognition_withdrawn"}


def test_what_is_erased_takes_the_card_along_and_the_recall_stays(house: House) -> None:
    house.published()
    order = erasure.ask(house.desk, house.reader, house.dossier, [house.person], "withdrawal")
    assert house.public(0) is None, "at once"
    house.team.settle()
    other = house.team.desks[1]
    assert house.public(1) is None
    erasure.agree(other, other.reader("work"), order)
    house.team.settle()
    if not erasure.standing(other, other.reader("work"), order).in_force:
        erasure.agree(house.team.desks[2], house.team.desks[2].reader("work"), order)
        house.team.settle()
    home = reading.dossier(house.desk, house.reader, house.dossier)
    for desk in house.team.desks:
        left = desk.store.rows("SELECT type FROM db_record WHERE compartment = %s AND type LIKE 'public%%'", (home.pub,))
        assert [row[0] for row in left] == ["public_recall"], "no version of the card is left, and nobody's word on one"

"""Whoever of a dossier did not agree to be named is named nowhere in a document, also when it is not about them."""

from collections.abc import Callable
from dataclasses import replace

from letapis.core.brief import Annex, Brief, FieldAnswer, Heading, Paragraph, Sentence, Table, sentences
from letapis.core.briefjson import to_json
from letapis.core.pseudonyms import stems
from letapis.core.records import Draft
from letapis.desk import briefs, claims, dossiers, ledger, material, reading, sources, submit
from letapis.engines.catalogue import catalogue
from tests.desk.filing import Filed, Paper, filed_by
from tests.team import Team

TOLD = "Taken with Susiedka at the flat."
PLACE = "Flat of Vydumka Susiedka"
BODY = "SR-BELARUS"


def test_a_neighbour_who_refused_is_hidden_in_claims_and_looked_for_in_all_text(make_team: Callable[..., Team]) -> None:
    filed = filed_by(make_team(3), (), with_neighbour)
    desk, reader = filed.desk(0), filed.team.reader()
    neighbour = next(one.entity for one in reading.entities(desk, reader, filed.dossier) if "Susiedka" in one.label)
    for party in (filed.person, filed.source):
        answer(filed, party, "given")
    silent = briefs.make_brief(desk, reader, filed.dossier, BODY)
    assert not any("Susiedka" in one for one in said(silent.document)) and any("Flat of somebody else" in one for one in said(silent.document))
    assert names_gate(filed, silent) == "submit.names_hold"
    answer(filed, neighbour, "given")
    agreed = briefs.make_brief(desk, reader, filed.dossier, BODY)
    assert any("Vydumka Susiedka" in one for one in said(agreed.document)) and names_gate(filed, agreed) == "submit.names_hold"
    answer(filed, neighbour, "refused")
    assert names_gate(filed, agreed) == "submit.name_stands"
    assert names_gate(filed, briefs.make_brief(desk, reader, filed.dossier, BODY)) == "submit.names_hold"
    for forged in everywhere(silent.document, "Susiedka told us"):
        assert names_gate(filed, kept(filed, forged)) == "submit.name_stands"
    claims.add_claims(desk, reader, filed.dossier, [claims.Cut("office.body", "Court", subject=neighbour, source=filed.source, basis="saw")])
    assert names_gate(filed, agreed) == "submit.name_stands", "who answered is held to the answer, whatever office somebody says they hold"


def test_a_title_of_an_annex_that_names_who_did_not_agree_is_withheld_and_names_them_again_when_they_do(make_team: Callable[..., Team]) -> None:
    filed = filed_by(make_team(3), (Paper("Letter of Vydumka Susiedka", b"%PDF a letter", "detention.force_used", "true"),), with_neighbour)
    desk, reader = filed.desk(0), filed.team.reader()
    neighbour = next(one.entity for one in reading.entities(desk, reader, filed.dossier) if "Susiedka" in one.label)
    for party in (filed.person, filed.source):
        answer(filed, party, "given")
    withheld = catalogue().texts.say("filing.annex_untitled", "en")
    silent = briefs.make_brief(desk, reader, filed.dossier, BODY)
    assert [annex.title for annex in silent.document.annexes] == ["Account", withheld]
    assert names_gate(filed, silent) == "submit.names_hold"
    answer(filed, neighbour, "given")
    agreed = briefs.make_brief(desk, reader, filed.dossier, BODY)
    assert [annex.title for annex in agreed.document.annexes] == ["Account", "Letter of Vydumka Susiedka"]
    # A title is looked through like every other text: alone it shuts the gate, in whatever case and alphabet the name stands.
    answer(filed, neighbour, "refused")
    for title in ("Letter of Vydumka Susiedka", "Ліст Сусядкі", "susiedka.pdf"):
        named = Annex(1, title, b"a" * 32)
        assert names_gate(filed, kept(filed, replace(silent.document, annexes=(named, *silent.document.annexes[1:])))) == "submit.name_stands"


def with_neighbour(filed: Filed) -> None:
    desk, reader = filed.desk(0), filed.team.reader()
    dossiers.add_entity(desk, reader, filed.dossier, "person", "Vydumka Susiedka")
    note = claims.write_note(desk, reader, filed.dossier, claims.NoteForm("N", TOLD, "en", filed.source, "saw", filed.person, filed.items[0]))
    claims.cut_claims(desk, reader, note, 0, len(TOLD), [claims.Cut("place.arrest", PLACE)])


def answer(filed: Filed, party: bytes, word: str) -> None:
    desk = filed.desk(0)
    forms = [sources.ConsentForm(scope, word, taken="2025-01-01") for scope in desk.catalogue.consent.scopes]
    sources.record_consent(desk, filed.team.reader(), filed.dossier, party, forms)


def said(document: Brief) -> list[str]:
    return [one.text for one in sentences(document)]


def names_gate(filed: Filed, view: briefs.BriefView) -> str:
    return next(g.answer.because for g in submit.gates(filed.desk(0), filed.team.reader(), view) if g.name == "names")


def everywhere(document: Brief, text: str) -> list[Brief]:
    """The document with the text in each kind of place."""
    answered = FieldAnswer("", text, (), missing=True)
    return [
        replace(document, title=text),
        replace(document, meta=((text, "x"),)),
        replace(document, annexes=(*document.annexes, Annex(len(document.annexes) + 1, text, b"a" * 32))),
        *(
            replace(document, blocks=(*document.blocks, block))
            for block in (Heading(1, text), Table((text,), ()), Table(("x",), ((text,),)), answered)
        ),
    ]


def kept(filed: Filed, document: Brief) -> briefs.BriefView:
    desk = filed.desk(0)
    home = reading.dossier(desk, desk.reader("work"), filed.dossier)
    body = {"dossier": filed.dossier, "brief": desk.randomness(16), "mechanism": BODY, "language": "en", "document": to_json(document).decode()}
    made = ledger.append(desk, [Draft("brief", home.work, body)])[0]
    return briefs.brief(desk, desk.reader("work"), made.raw("brief"))


def test_fixed_words_of_a_form_are_nobodys_name() -> None:
    form = catalogue().forms[BODY]
    heading = next(part.heading["en"] for part in form.parts if part.heading)
    told = Paragraph((Sentence("Pryklad was taken.", (b"c" * 32,)),))
    document = Brief("x", "", "en", None, (), (Heading(1, f"1. {heading}"), told), (), False)
    assert material.names_standing(document, stems(["Pryklad", *heading.split()]), form) == ["Pryklad was taken."]


def test_only_words_that_somebody_chose_hold_names() -> None:
    known = catalogue().vocabulary
    assert all(map(known.is_free, ("place.arrest", "identity.other_name", "detention.agency")))
    assert not any(map(known.is_free, ("act.country", "charge.based_on", "detention.start", "detention.reasons_given", "person.role")))

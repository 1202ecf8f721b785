"""From a dossier to a listing proposal: the official is described by claims on them, the acts by claims on those who suffered them; what
may not be disclosed stands apart; the persons and the sources are asked, the official is not."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from letapis.core.brief import Brief, Heading, Table, sentences
from letapis.core.errors import UsageError
from letapis.desk import briefs, bundle, bundle_plan, claims, dossiers, evidence, reading, sources, submit, verify
from letapis.desk.posts import PostForm, record_posts
from tests.team import Team

FREE, KEPT = ("Kalina", "Kvetka"), ("Klon", "Kruk")
UNUSED = "contact.parcels_denied"
PAPERS = (
    ("Kalina", True, ("detention.start", "2024-11-12")),
    ("Kvetka", False, ("office.post", "Head of a department")),
    ("Kruk", True, ("harm.type", "beating")),
)
OPEN, SHUT = "sanctions_file_disclosable", "sanctions_file_confidential_only"


@dataclass
class Listing:
    team: Team
    dossier: bytes
    person: bytes
    official: bytes
    sources: dict[str, bytes]

    def draft(self, mechanism: str = "EU-BELARUS") -> briefs.BriefView:
        return briefs.make_brief(self.team.desks[0], self.team.reader(), self.dossier, mechanism, target=self.official)

    def refs(self, about: bytes, *codes: str) -> set[bytes]:
        found = reading.claims(self.team.desks[0], self.team.reader(), self.dossier, subject=about)
        return {claim.ref for claim in found if claim.source in {self.sources[code] for code in codes} and claim.property != UNUSED}


@pytest.fixture
def listing(make_team: Callable[..., Team]) -> Listing:
    """A person, an official, two sources who let what they say be disclosed and two who do not. Everything is said by two."""
    team = make_team(3)
    desk = team.desks[0]
    ident = dossiers.new_dossier(desk, "PR-7", "Invented", person="Pryklad")
    reader = team.reader()
    person = reading.entities(desk, reader, ident)[0].entity
    official = dossiers.add_entity(desk, reader, ident, "person", "Vydumka Uladzimir")
    told = {"Kalina": "family", "Kvetka": "cell", "Klon": "family", "Kruk": "cell"}
    known = {code: sources.add_source(desk, reader, ident, sources.SourceForm(code, grade="B", circle=circle)) for code, circle in told.items()}
    for first, second in (FREE, KEPT):
        sources.compare_sources(desk, reader, known[first], known[second], "Heard apart, they do not know each other.")
    agreed = {person: OPEN, **{known[code]: OPEN for code in FREE}, **{known[code]: SHUT for code in KEPT}}
    for party, scope in agreed.items():
        sources.record_consent(
            desk, reader, ident, party, [sources.ConsentForm(one, "given", taken="2025-01-01") for one in (scope, "keep_internal")]
        )
    for code in FREE:
        _say(team, ident, known[code], person, ("detention.start", "2024-11-12"), ("detention.masked_agents", "true"))
        _say(team, ident, known[code], official, ("office.post", "Head of a department"), ("actor.identified", "true"))
    for code in KEPT:
        _say(team, ident, known[code], person, ("harm.type", "beating"))
    for code, about, fact in PAPERS:
        form = evidence.EvidenceForm(f"Paper of {code}", "document", f"{code}.pdf", known[code], "application/pdf")
        item = evidence.add_evidence(desk, reader, ident, form, [f"%PDF {code}".encode()])
        _say(team, ident, known[code], person if about else official, fact, item=item)
    # Of the paper that both wrote on the open part is used; what a silent source says of it is not, and yet the original would show it.
    both = reading.evidence_of(desk, reader, ident)[0].object
    _say(team, ident, known["Klon"], person, (UNUSED, "true"), item=both)
    dossiers.admit_to_dossier(desk, reader, ident, [other.me for other in team.desks[1:]])
    team.settle()
    for other in team.desks[1:]:
        for claim in reading.claims(other, other.reader("check"), ident):
            verify.check_claims(other, other.reader("check"), [claim.rid], "Seen in the papers.")
    team.settle()
    return Listing(team, ident, person, official, known)


def _say(team: Team, dossier: bytes, source: bytes, about: bytes, *facts: tuple[str, str], item: bytes = b"") -> None:
    desk, reader = team.desks[0], team.reader()
    text = f"{facts[0][0]} by {source.hex()[:4]}."
    note = claims.write_note(desk, reader, dossier, claims.NoteForm("Cut", text, "en", source, "saw", about, item))
    claims.cut_claims(desk, reader, note, 0, len(text), [claims.Cut(*fact) for fact in facts])


def under(document: Brief, heading: str) -> set[bytes]:
    """Claims that carry the sentences of one part."""
    found, inside = [], False
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.text.partition(". ")[2] == heading
        elif inside:
            found.append(block)
    kept = Brief("x", "", "en", None, (), tuple(b for b in found if not isinstance(b, Heading)), document.annexes, False)
    return {ref for sentence in sentences(kept) for ref in sentence.claims}


def test_the_posts_of_the_official_stand_in_a_table_with_the_acts_of_their_time(listing: Listing) -> None:
    desk, reader = listing.team.desks[0], listing.team.reader()
    for source in (listing.sources[code] for code in FREE):
        head = PostForm("Head of PK-99 Vydumka", "PK-99 Vydumka", since="2024-06", seen="2025-02-01", source=source)
        deputy = PostForm("Deputy head of PK-99 Vydumka", "PK-99 Vydumka", since="2019", until="2024-11", source=source)
        record_posts(desk, reader, listing.dossier, listing.official, [head, deputy])
    listing.team.settle()
    for other in listing.team.desks[1:]:
        for claim in reading.claims(other, other.reader("check"), listing.dossier, subject=listing.official):
            if claim.property.startswith("office.") and claim.value != "Head of a department":
                verify.check_claims(other, other.reader("check"), [claim.rid], "Seen in the list.")
    listing.team.settle()
    document = listing.draft().document
    (table,) = (block for block in document.blocks if isinstance(block, Table) and block.header[0] == "Post")
    rows = [[" ".join(one.text for one in cell) if not isinstance(cell, str) else cell for cell in row] for row in table.rows]
    first, second = (next(row for row in rows if row[0].startswith(title)) for title in ("Head of PK-99", "Deputy"))
    assert "June 2024" in first[2] and "still held on 1 February 2025" in first[3] and first[4] == "12 November 2024"
    assert second[4] == "12 November 2024 (the dates do not decide it)"
    assert not [one.text for one in sentences(document) if "until 1 February 2025" in one.text], "still held is not held until"
    text = [cell for row in table.rows for cell in row if not isinstance(cell, str)]
    assert all(sentence.claims for cell in text for sentence in cell), "every word of the table rests on claims"


def test_claims_on_official_and_persons_stand_in_their_own_parts_and_what_is_confidential_apart(listing: Listing) -> None:
    document = listing.draft().document
    on_official, on_person, shut = listing.refs(listing.official, *FREE), listing.refs(listing.person, *FREE), listing.refs(listing.person, *KEPT)
    assert under(document, "The person proposed") <= on_official
    assert under(document, "Statement of reasons (draft, may be published)") == on_official
    assert under(document, "Conduct: specific, dated acts") == on_person
    assert under(document, "Confidential supplement: not for disclosure") == shut
    assert sum(bool(shut & set(sentence.claims)) for sentence in sentences(document)) == 1, "equal claims, one sentence, in one place"
    assert "Vydumka Uladzimir" in document.title and "Pryklad" not in document.title
    for mechanism in ("EU-GHRSR", "US-GLOMAG", "UK-GHR", "CANADA"):
        other = listing.draft(mechanism).document
        assert {ref for sentence in sentences(other) for ref in sentence.claims} >= on_official | on_person | shut, mechanism
    for mechanism, target in (("EU-BELARUS", b""), ("EU-BELARUS", listing.person), ("WGAD-REGULAR", listing.official)):
        with pytest.raises(UsageError, match=r"submit\.target"):
            briefs.make_brief(listing.team.desks[0], listing.team.reader(), listing.dossier, mechanism, target=target)


def test_the_official_is_not_asked_and_the_persons_and_sources_are(listing: Listing) -> None:
    desk, reader = listing.team.desks[0], listing.team.reader()
    view = listing.draft()
    assert {"submit.sources_agree", "submit.persons_agree"} <= {gate.answer.because for gate in submit.gates(desk, reader, view)}
    sources.record_consent(desk, reader, listing.dossier, listing.sources["Kalina"], [sources.ConsentForm(OPEN, "withdrawn")])
    sources.record_consent(desk, reader, listing.dossier, listing.person, [sources.ConsentForm(OPEN, "withdrawn")])
    shut = {gate.answer.because for gate in submit.gates(desk, reader, view) if gate.closed}
    assert {"submit.source_withdrew", "submit.person_withdrew"} <= shut
    assert not under(listing.draft().document, "Conduct: specific, dated acts")


def test_annexes_that_the_official_may_not_see_lie_in_a_folder_of_their_own_and_the_index_says_so(listing: Listing) -> None:
    desk, reader = listing.team.desks[0], listing.team.reader()
    view = listing.draft()
    titles = {annex.number: annex.title for annex in view.document.annexes}
    apart = {titles[one.annex.number]: one.confidential for one in bundle_plan.make_plan(desk, reader, view)}
    assert apart == {"Paper of Kalina": True, "Paper of Kvetka": False, "Paper of Kruk": True}
    number = {title: at for at, title in titles.items()}
    open_ones, shut_ones = [number["Paper of Kvetka"]], sorted((number["Paper of Kalina"], number["Paper of Kruk"]))
    said = [sentence.text for sentence in sentences(view.document)]
    assert any(text.startswith(f"For disclosure: annex {open_ones[0]},") for text in said)
    assert any(text.startswith(f"Confidential, not to be disclosed: annexes {', '.join(map(str, shut_ones))}.") for text in said)
    everything = tuple(replace(one, may=True, goes=True) for one in bundle_plan.make_plan(desk, reader, view))
    tables = [block for block in bundle.index(desk, view, everything).blocks if isinstance(block, Table)]
    assert [row[1] for row in tables[0].rows] == [f"annexes/{open_ones[0]:02}.pdf"]
    assert [row[1] for row in tables[1].rows] == [f"confidential/{at:02}.pdf" for at in shut_ones]
    headings = [block.text for block in bundle.index(desk, view, everything).blocks if isinstance(block, Heading)]
    assert headings == ["Enclosed", "Confidential: not to be disclosed", "Digests of the originals"]
    # A body to which no official is proposed gets one folder.
    assert not any(one.confidential for one in bundle_plan.make_plan(desk, reader, briefs.make_brief(desk, reader, listing.dossier)))


def test_who_takes_back_that_it_may_be_shown_makes_their_paper_confidential(listing: Listing) -> None:
    desk, reader = listing.team.desks[0], listing.team.reader()
    view = listing.draft()
    sources.record_consent(desk, reader, listing.dossier, listing.sources["Kvetka"], [sources.ConsentForm(OPEN, "withdrawn")])
    assert all(one.confidential for one in bundle_plan.make_plan(desk, reader, view))

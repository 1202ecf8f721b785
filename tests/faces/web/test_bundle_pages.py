"""What goes beside a document, on a page: in and out with reasons before anything is written; and from a footnote to the original."""

import re
from collections.abc import Callable
from pathlib import Path

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import briefs, bundle_plan, reading
from letapis.faces.texts import texts
from tests.desk.assessing import assess_all
from tests.desk.filing import Paper, filed_by
from tests.desk.test_listing import Listing, listing
from tests.team import Team, make_team

from .casework import browsing, say, send
from .test_pages import check

__all__ = ["listing", "make_team"]

COURT = Paper("Judgment of the invented court", b"%PDF an invented judgment", "hearing.closed", "true")


def test_a_bundle_is_seen_chosen_and_written_and_a_footnote_leads_to_the_original(make_team: Callable[..., Team], tmp_path: Path) -> None:
    filed = filed_by(make_team(3), (COURT,))
    place = reverse("bundle:show", args=[filed.brief().brief.hex()])
    with browsing(filed.desk(0)) as client:
        before = client.get(place).content.decode()
        assert say("bundle.not_yet") in before and say("bundle.testimony").replace("'", "&#x27;") in before
        assert say("bundle.make") not in before and say("evidence.not_looked_into") in before
        check(before, "en")
        filed.produce()
        for language in LANGUAGES:
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        # Nothing typed is lost, and nothing is written, where the folder is none.
        wrong = send(client, place, folder=str(tmp_path / "no" / "bundle"), chosen=["1"])
        assert wrong.status_code == 422 and str(tmp_path / "no" / "bundle") in wrong.content.decode()
        check(wrong.content.decode(), "en")
        assert send(client, place, folder=str(tmp_path / "bundle"), chosen=["99"]).status_code == 422
        assert not (tmp_path / "bundle").exists()
        done = send(client, place, folder=str(tmp_path / "bundle"))
        after = client.get(place).content.decode()
        assert done.status_code == 303 and say("bundle.made") in after and say("bundle.left") in after and str(tmp_path / "bundle") in after
        check(after, "en")
        # From the footnote to the claim, to the words and to the original.
        shown = client.get(reverse("submit:preview", args=[filed.brief().brief.hex()])).content.decode()
        check(shown, "en")
        links = re.findall(r'<li id="note-\d+">.*?<a href="(/claims/[0-9a-f]{32})">C-', shown)
        assert len(links) == shown.count('<li id="note-')
        for link in links:
            claim = client.get(link).content.decode()
            note, item = re.search(r'"(/notes/[0-9a-f]{32})"', claim), re.search(r'"(/evidence/[0-9a-f]{32})"', claim)
            assert note and item and client.get(note[1]).status_code == client.get(item[1]).status_code == 200
        assert reverse("bundle:show", args=[filed.brief().brief.hex()]) in client.get(place.removesuffix("/bundle")).content.decode()
    files = sorted(str(path.relative_to(tmp_path / "bundle")) for path in (tmp_path / "bundle").rglob("*") if path.is_file())
    assert [name for name in files if name.startswith("annexes/")] == ["annexes/02.pdf"]
    assert reading.custody(filed.desk(0), filed.team.reader(), filed.items[1])[-1].event == "export"


def test_the_page_says_which_annexes_the_official_may_not_see(listing: Listing) -> None:
    team, view = listing.team, listing.draft()
    team.settle()
    assess_all(team.desks[1], briefs.brief(team.desks[1], team.reader(1), view.brief))
    team.settle()
    desk, reader = team.desks[0], team.reader()
    may = {one.annex.title: one.confidential for one in bundle_plan.make_plan(desk, reader, briefs.brief(desk, reader, view.brief)) if one.may}
    assert may == {"Paper of Kalina": True, "Paper of Kvetka": False, "Paper of Kruk": True}
    with browsing(desk) as client:
        for language in LANGUAGES:
            shown = client.get(reverse("bundle:show", args=[view.brief.hex()]), headers={"accept-language": language}).content.decode()
            check(shown, language)
            assert texts().say("bundle.some_confidential", language) in shown
            rows = {title: row for row in re.findall(r"<li>.*?</li>", shown) for title in may if title in row}
            assert {title: texts().say("bundle.confidential", language) in row for title, row in rows.items()} == may

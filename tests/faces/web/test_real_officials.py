"""The published list of the European Union, brought in whole: each of its officials has every post of theirs on a timeline, in its year, or behind
the years where the list gives no day. Skipped where the list is not."""

from collections.abc import Callable
from html import escape

from letapis.desk import reading
from letapis.desk.opening import Desk
from tests.core.test_ready_mappings import here
from tests.desk.casework import office
from tests.desk.test_ready_lists import REAL, SHARED, brought

from .casework import browsing, say

_EVERY = 15
_SHORT = 120
"""A line of a timeline shortens a long post; the whole of it stands above, among the posts held."""


@here
def test_every_official_of_the_annex_has_their_posts_on_a_page_and_a_timeline(make_desk: Callable[..., Desk]) -> None:
    desk = office(make_desk(1))
    mapping, (file,), _ = REAL["eu"]
    dossier, _ = brought(desk, mapping, [(file.rpartition("/")[2], (SHARED / file).read_bytes())])
    reader = desk.reader("work")
    told: dict[bytes, list[str]] = {}
    dated: set[bytes] = set()
    for claim in reading.claims(desk, reader, dossier):
        if claim.property == "office.post":
            told.setdefault(claim.subject, []).append(claim.value)
            dated |= {claim.subject} if claim.valid_from or claim.valid_to else set()
    held = {one.person for one in reading.posts(desk, reader, dossier=dossier)}
    assert len(told) > 290 and set(told) <= held, "every official who has a post in the list has it as a post"
    step = reading.command_book(desk, reader).chain("ik-15", "2021-07-01")
    (department,) = [one.step for one in step.above if one.step]
    assert department.body == "din" and len(department.held) == 2, "the list names the department over all colonies with the ministry behind it"
    (ministry,) = [one.step for one in department.above if one.step]
    assert ministry.body == "mvd" and ministry.held
    print(f"officials {len(told)}, with a day {len(dated)}")
    with browsing(desk) as client:
        for who in sorted(told)[::_EVERY]:
            text = client.get(f"/persons/{who.hex()}/posts").content.decode()
            assert all(escape(post) in text for post in told[who])
            assert '<ol class="timeline">' in text if who in dated else escape(say("posts.no_day")) in text, "no day is made up for a post"
            line = text[text.index('class="timeline"') :]
            assert all(escape(post[:_SHORT]) in line for post in told[who])

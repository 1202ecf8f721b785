"""The fields of a capture: all of the protocol, a minimum that is never half there, and what an archive says of its own making."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.capture import apart, as_lists, checked, filling, from_lists, read_off, unsaid
from letapis.core.errors import UsageError
from letapis.core.instants import is_instant
from letapis.core.language import LANGUAGES
from letapis.core.web_claims import DAMAGED, REFUSED, RIGHT, Verdict, verdict
from letapis.core.web_fields import fields_of, whole_second
from letapis.engines.catalogue import catalogue

FORM = catalogue().capture
IDS = [one.id for group in FORM.groups for one in group.fields]
GIVEN = st.dictionaries(st.sampled_from(IDS), st.text(max_size=30), max_size=12)


def test_every_field_has_its_words_and_its_group() -> None:
    assert len(IDS) == len(set(IDS)) > 80
    assert [group.letter for group in FORM.groups if group.letter] == list("abcdefgh")
    assert [group.letter for group in FORM.least()] == ["a", "b", "c"]
    for group in FORM.groups:
        assert set(group.label) == set(LANGUAGES) and group.fields
        assert all(set(one.label) == set(one.help) == set(LANGUAGES) for one in group.fields)
    assert all(any(field.minimum for field in group.fields) for group in FORM.least())
    assert not any(field.minimum and field.sealed for group in FORM.groups for field in group.fields)


@given(GIVEN)
def test_what_was_given_comes_back_from_its_lists(given_: dict[str, str]) -> None:
    ids, values = as_lists(given_)
    assert from_lists(ids, values) == {ident: value for ident, value in given_.items() if value}
    shown, sealed = apart(FORM, given_)
    assert shown | sealed == given_ and not shown.keys() & sealed.keys()
    assert all(field.sealed for ident in sealed if (field := FORM.field(ident)))


@given(GIVEN)
def test_more_that_is_said_never_makes_more_missing(given_: dict[str, str]) -> None:
    least = {one.id: "said" for group in FORM.least() for one in group.fields if one.minimum}
    assert FORM.missing({**given_, **least}) == ()
    assert FORM.missing({**least, "page.picture": " "}) == (FORM.group("page"),)
    assert len(FORM.missing({})) == 3


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("no.such", "x", "capture.field"),
        ("url.final", "two\nlines", "capture.one_line"),
        ("url.final", "x" * 8_001, "capture.too_long"),
        ("page.begun", "2026-03-09", "capture.instant"),
        ("page.begun", "2026-02-30T10:00:00Z", "capture.instant"),
        ("page.begun", "2026-03-09T14:05:00+01:00", "capture.instant"),
        ("file.arrived", "by owl", "capture.choice"),
        ("says.device", "a telephone", "capture.read_from_file"),
        ("file.name", "", "capture.read_from_file"),
    ],
)
def test_what_does_not_fit_names_its_field(field: str, value: str, code: str) -> None:
    with pytest.raises(UsageError) as told:
        checked(FORM, {field: value})
    assert told.value.code == code and told.value.where == (field if code != "capture.field" else "")


def test_what_fits_is_kept_without_blanks_around_it() -> None:
    assert checked(FORM, {"url.redirects": " a \r\nb  \n", "page.begun": "2026-03-09T14:05:00Z", "url.final": ""}) == {
        "url.redirects": "a\nb", "page.begun": "2026-03-09T14:05:00Z", "url.final": "",
    }  # fmt: skip


def test_what_is_read_is_sealed_and_never_asked_of_a_person() -> None:
    read = [one for one in FORM.all() if one.reads]
    assert read and all(one.sealed and not one.minimum and not one.asked for one in read)
    assert not any(one in read for one in unsaid(FORM, {})) and FORM.asked() and all(not one.choices for one in FORM.asked())
    assert all(set(label) >= set(LANGUAGES) for one in FORM.all() for label in one.choices.values())


@given(st.dictionaries(st.sampled_from([key for one in FORM.all() for key in one.reads]), st.lists(st.text(max_size=20), max_size=4)))
def test_what_a_file_says_is_told_once_a_line_and_from_nowhere_else(said: dict[str, list[str]]) -> None:
    for ident, value in read_off(FORM, {**said, "media:exif.Unknown": ["x"]}).items():
        field = FORM.field(ident)
        assert field is not None and field.reads
        known = {" ".join(word.split()) for key in field.reads for word in said.get(key, ())}
        assert set(value.splitlines()) <= {part for word in known for part in word.splitlines()} and value.strip()


@given(GIVEN, GIVEN, GIVEN)
def test_what_somebody_wrote_is_never_written_over_by_the_desk(known: dict[str, str], said: dict[str, str], ours: dict[str, str]) -> None:
    for ident in filling(FORM, known, said, ours):
        assert not known.get(ident) or known[ident] == ours.get(ident)
    assert filling(FORM, {}, said, ours) == said and filling(FORM, ours, said, ours) == said
    assert {one.id for one in unsaid(FORM, known)}.isdisjoint(ident for ident, value in known.items() if value.strip())


@given(st.datetimes(min_value=datetime(1990, 1, 1)))
def test_a_moment_of_an_archive_loses_the_parts_of_its_second(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    assert whole_second(f"{text}.123Z") == whole_second(f"{text}Z") == f"{text}Z" and is_instant(f"{text}Z")
    assert whole_second(text) == whole_second(f"{text}+01:00") == ""


def row(**said: str) -> dict[str, str]:
    return {f"web.{name}": value for name, value in said.items()}


def test_an_archive_says_where_it_was_sent_and_how_long_it_took() -> None:
    rows = [
        row(type="warcinfo", software="a crawler 1.0", date="2026-03-09T14:00:00Z"),
        row(type="request", address="http://news.example/1", agent="Firefox", date="2026-03-09T14:05:00Z", method="GET"),
        row(type="response", address="http://news.example/1", status="301", location="https://news.example/1", date="2026-03-09T14:05:01Z"),
        row(type="response", address="https://news.example/1", status="200", server="192.0.2.5", date="2026-03-09T14:05:02.500Z"),
        row(type="resource", address="urn:view:https://news.example/1", date="2026-03-09T14:05:09Z"),
        row(part="media", of="5", address="urn:view:https://news.example/1", sha256="ab" * 32),
    ]
    given_ = fields_of(rows, "warc")
    assert given_["url.requested"] == "http://news.example/1" and given_["url.final"] == "https://news.example/1"
    assert given_["server.ip"] == "192.0.2.5" and given_["form.browser"] == "Firefox" and given_["changes.tool"] == "a crawler 1.0"
    assert (given_["page.begun"], given_["page.ended"]) == ("2026-03-09T14:05:01Z", "2026-03-09T14:05:09Z")
    assert given_["page.picture"].startswith("urn:view:") and given_["source.responses"].startswith("WARC: ")
    assert FORM.missing(given_) == () and checked(FORM, given_) == given_


def test_a_circle_of_redirects_ends() -> None:
    ways = (("http://a.example", "http://b.example"), ("http://b.example", "http://a.example"))
    rows = [row(type="response", address=one, status="302", location=other) for one, other in ways]
    assert fields_of(rows, "warc")["url.final"] == "http://b.example"
    assert fields_of([], "page") == {}


@given(st.lists(st.sampled_from(sorted(RIGHT | REFUSED | DAMAGED | {"wacz.unsigned", "of a newer letapis"}))))
def test_the_worst_that_was_found_decides(codes: list[str]) -> None:
    found = verdict(codes)
    assert (found is Verdict.REFUSED) == bool(set(codes) & REFUSED)
    assert found is not Verdict.SOUND or not set(codes) & (REFUSED | DAMAGED)

"""Lists of strangers from the file to what leaves again: recorded whole by their ready mapping, proposed, written as a table and as
FollowTheMoney. Real lists where they are."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from followthemoney import model

from letapis.core.errors import Hostile
from letapis.core.package import Leaving, Stated
from letapis.core.package_ftm import lines
from letapis.core.package_tables import columns_of, rows
from letapis.core.vocabulary import LIST_SEPARATOR
from letapis.desk import dossiers, evidence, list_files, list_import, list_undo, one_person, reading
from letapis.desk.bag import sheet
from letapis.desk.opening import Desk
from tests.desk.casework import desk

__all__ = ["desk"]
SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = Path(__file__).parents[1] / "vectors" / "lists"
here = pytest.mark.skipif(not SHARED.exists(), reason="the lists are not here")
UWAZI = "id,title,title__be,date_of_birth,country,position\n1,Yanka Pryklad,Янка Прыклад,c. 1988,BY,Judge\n2,Вера Выдумка,,1990-02-03,BY|LT,\n"
ODK = "KEY,given_name,family_name,sex,dob,phonenumber\nuuid:1,Янка,Прыклад,мужчына,1988-04,+1\n"
BAYANAT = (
    "id,name,name_ar,nickname,mother_name,sex,type,position\n7,Ivan Pryklad,,Prykla,Canary Mother,Male,Person,guard\n8,Vydumka regiment,,,,,Entity,\n"
)
INCIDENTS = (
    "incident:perpetrator:refs:assertion,incident:perpetrator:names:qa,incident:perpetrator:classifications:assertion,"
    "incident:violation:descriptions:assertion,incident:victim:names:qa,first_precise:range\n"
    "1,Ivan PRYKLAD,person,Beating,Canary Victim,2020-08-09\n3,Vydumka regiment,unit,Dispersal,,2020-08-11\n"
)


def brought(desk: Desk, mapping: str, files: list[tuple[str, bytes]], code: str = "LST-1") -> tuple[bytes, bytes]:
    """A dossier with the list, recorded."""
    dossier, reader = dossiers.new_dossier(desk, code, "Pryklad list", "group"), desk.reader("work")
    sealed = [(name, evidence.seal_upload(desk, reader, dossier, [data])) for name, data in files]
    ident = list_files.bring(desk, reader, dossier, list_files.ListForm("Invented list", source_code="LIST", mapping=mapping), sealed)
    list_import.record(desk, reader, ident)
    return dossier, ident


def people(desk: Desk, dossier: bytes) -> Counter[str]:
    return Counter(one.kind for one in reading.entities(desk, desk.reader("work"), dossier) if one.kind in ("person", "organisation"))


def leaves(desk: Desk, dossier: bytes) -> tuple[list[dict[str, str]], list[Any]]:
    """Every claim of the dossier as a table and as entities, as if all of it were agreed: what may go is asked elsewhere."""
    reader, columns = desk.reader("work"), desk.catalogue.package
    fields = columns.chosen(columns.offered)
    said: dict[bytes, list[Stated]] = {}
    for claim in reading.claims(desk, reader, dossier):
        for text in claim.value.split(LIST_SEPARATOR) if claim.value_type == "list" else [claim.value]:
            if claim.property in fields:
                days = (claim.valid_from, claim.valid_to, "open", claim.anchor, "" if claim.certainty == "exact" else claim.certainty)
                said.setdefault(claim.subject, []).append(Stated(claim.property, text, "a list", "", *days))
    kinds = {one.entity: one.kind for one in reading.entities(desk, reader, dossier)}
    people = [Leaving(who.hex(), kinds[who], tuple(values)) for who, values in said.items()]
    table = csv.DictReader(io.StringIO(sheet(columns_of(fields), rows(people, fields)).decode("utf-8-sig")))
    return list(table), [json.loads(line) for line in lines(people, desk.catalogue.register.titles, fields, True)]


SAMPLES: dict[str, tuple[str, list[tuple[str, str]], dict[str, int], str]] = {
    "uwazi": ("uwazi", [("u.csv", UWAZI)], {"person": 2}, ""),
    "odk": ("odk-submissions", [("s.csv", ODK)], {"person": 1}, ""),
    "bayanat": ("bayanat", [("actors.csv", BAYANAT)], {"person": 1, "organisation": 1}, "Canary Mother"),
    "sfm-incidents": ("sfm-incidents", [("i.csv", INCIDENTS)], {"person": 1, "organisation": 1}, "Canary Victim"),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_invented_list_goes_in_and_out_and_back(desk: Desk, sample: str) -> None:
    mapping, files, kinds, never = SAMPLES[sample]
    dossier, ident = brought(desk, mapping, [(name, text.encode()) for name, text in files])
    everything = repr(reading.claims(desk, desk.reader("work"), dossier)) + repr(reading.entities(desk, desk.reader("work"), dossier))
    assert not never or never not in everything
    table, entities = chain(desk, dossier, ident, kinds)
    if sample == "uwazi":
        assert table[0]["birth_date"] == "1988~" and table[1]["nationality"] == "BY; LT"
        assert [one["properties"].get("birthDate") for one in entities if one["schema"] == "Person"] == [None, ["1990-02-03"]]


def chain(desk: Desk, dossier: bytes, ident: bytes, kinds: Mapping[str, int]) -> tuple[list[dict[str, str]], list[Any]]:
    """From claims to what leaves, and the whole way back."""
    reader = desk.reader("work")
    assert people(desk, dossier) == kinds
    claims = reading.claims(desk, reader, dossier)
    assert claims and all(one.basis == "document" and one.anchor.startswith("row ") for one in claims)
    found = one_person.queue(desk, reader, dossier)
    assert all(one.reasons or one.like.reasons for one in found.proposals) and reading.joined(desk, reader, dossier) == {}
    table, entities = leaves(desk, dossier)
    assert len(table) == sum(kinds.values())
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for row in table for cell in row.values())
    for one in entities:
        model.get_proxy({"id": one["id"], "schema": one["schema"], "properties": one["properties"]}).schema.validate(one)
    assert list_undo.take_back(desk, reader, ident, "Read and left.") == len(claims)
    assert people(desk, dossier) == {} and list_files.shown(desk, reader, ident).state == "undone"
    return table, entities


REAL: dict[str, tuple[str, list[str], dict[str, int]]] = {
    "eu": ("eu-annex", ["data/eu_32006R0765_consolidated.csv"], {"person": 312, "organisation": 96}),
    "uk": ("uk-sanctions", ["data/uk_belarus_subjects.csv", "data/uk_belarus_names.csv"], {"person": 135, "organisation": 32}),
    "ofac": ("ofac-sdn", ["data/ofac_belarus_sdn_2021.csv", "data/ofac_belarus_aliases.csv"], {"person": 41, "organisation": 18}),
    "viasna": ("viasna", [f"data/viasna_export_example{end}.csv" for end in ("", ".be", ".ru")], {"person": 8}),
    "sfm": ("sfm-persons", ["samples/sfm/gen-persons.csv", "samples/sfm/gen-units.csv"], {"person": 1, "organisation": 2}),
    "ftm": ("followthemoney", ["samples/ftm/gen-invented.ijson"], {"person": 1, "organisation": 1}),
}


@here
@pytest.mark.parametrize("name", REAL)
def test_a_published_list_goes_in_and_out_and_back(desk: Desk, name: str) -> None:
    mapping, files, kinds = REAL[name]
    dossier, ident = brought(desk, mapping, [(Path(file).name, (SHARED / file).read_bytes()) for file in files])
    chain(desk, dossier, ident, kinds)


@here
def test_an_encrypted_submission_is_refused_before_anything_is_kept(desk: Desk) -> None:
    with pytest.raises(Hostile, match=r"parse\.form_encrypted"):
        brought(desk, "odk-submissions", [("s.xml", (SHARED / "samples" / "odk" / "encrypted-form-submission.xml").read_bytes())])


def test_who_shares_a_page_of_a_list_is_seen_together_after_their_group_was_taken(desk: Desk) -> None:
    files = [(f"viasna{end}.csv", (VECTORS / f"viasna{end}.csv").read_bytes()) for end in ("", ".be", ".ru")]
    dossier, ident = brought(desk, "viasna", files)
    reader = desk.reader("work")
    assert one_person.queue(desk, reader, dossier).collisions == ()
    for group in list_import.groups(desk, reader, list_files.shown(desk, reader, ident)):
        list_import.decide(desk, reader, group.ident, True, "Two persons each, asked by telephone.")
    found = one_person.queue(desk, reader, dossier)
    together = {by: one.entries for one in found.collisions for by in one.by}
    assert {by: len(entries) for by, entries in together.items()} == {"page": 2, "birth": 2}
    first, second = together["page"]
    told = one_person.weighed(desk, reader, first, second)
    assert told and ("page", "same", "prisoners.example/person/dzianis-ahulny") in {reason[:3] for reason in told.reasons}
    assert reading.joined(desk, reader, dossier) == {}, "a page joins nobody"

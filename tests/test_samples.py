"""Every folder of the shared samples is read by a test that knows the verdict: a folder that is added and that nobody reads is noticed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from letapis.core import case_graph

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
here = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples stand beside the repository")

READ_BY = {
    "bagit": "tests/core/test_bagit.py::test_every_bag_of_the_suite_gets_its_verdict_and_its_reason",
    "c2pa": "tests/engines/test_inspect_files.py::test_content_credentials_are_read_and_nothing_is_fetched",
    "case-uco": "tests/test_samples.py::test_our_graph_speaks_as_the_authors_of_the_vocabulary_do",
    "cc-by-sa": "tests/engines/test_parse.py::test_restricted_pdf_gets_its_verdict",
    "chat": "tests/engines/test_inspect_files.py::test_a_channel_of_telegram_keeps_edits_forwards_and_what_is_missing",
    "crypto": "tests/engines/seal/test_primitives.py::test_cctv_edge_cases_are_accepted_exactly_as_the_strict_rule_says",
    "csv": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
    "eml": "tests/engines/test_inspect_files.py::test_a_mail_is_readable_and_its_parts_are_listed",
    "evidence-records": "tests/core/test_evidence_records.py::test_the_public_samples_get_their_verdict",
    "exif": "tests/engines/test_parse.py::test_sample_gets_its_verdict",
    "ftm": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
    "hollow": "tests/desk/test_web_captures.py::test_every_sample_has_its_verdict",
    "hostile": "tests/engines/test_parse.py::test_every_vector_has_a_verdict",
    "letapis-v1": "tests/core/test_canonical.py::test_known_records_of_version_1",
    "lgpl": "tests/core/test_opentimestamps.py::test_foreign_proofs_lead_where_they_should",
    "log-sunlight": "tests/core/test_tiles.py::test_a_foreign_mirror_of_300_leaves_gives_its_root",
    "log-tessera": "tests/core/test_tiles.py::test_a_foreign_log_is_read_from_its_partial_tiles",
    "merkle": "tests/core/test_merkle.py::test_all_vectors_of_the_other_implementation_are_tried",
    "notes": "tests/core/test_notes.py",
    "ocfl": "tests/core/test_ocfl.py::test_every_object_gets_the_verdict_that_its_name_says",
    "odk": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
    "pdf": "tests/engines/test_parse.py::test_sample_gets_its_verdict",
    "proofmode": "tests/engines/test_inspect_files.py::test_signatures_of_a_bundle_hold_and_an_altered_one_does_not",
    "rfc3161": "tests/engines/test_tsa.py::test_foreign_certificates_in_a_token_change_nothing",
    "sfm": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
    "sigstore": "tests/engines/test_tsa.py::test_tokens_inside_sigstore_bundles",
    "starling-capture": "tests/desk/test_foreign.py::test_a_photo_of_a_phone_has_the_hash_of_its_proof",
    "uwazi": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
    "wacz": "tests/desk/test_web_captures.py::test_every_sample_has_its_verdict",
    "warc": "tests/desk/test_web_captures.py::test_every_sample_has_its_verdict",
    "witness": "tests/core/test_witness.py::test_requests_of_another_implementation",
    "xlsform": "tests/engines/test_table_samples.py::test_every_sample_gives_its_rows_or_says_why_not",
}


@here
def test_every_folder_of_samples_has_a_test_that_exists() -> None:
    assert {one.name for one in SAMPLES.iterdir() if one.is_dir()} - {"LICENCES"} == set(READ_BY)
    for folder, test in READ_BY.items():
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert folder in text or folder == "pdf", test
        assert not name or f"def {name}(" in text, test


@here
def test_what_is_copied_into_the_repository_is_the_sample_as_it_is() -> None:
    vectors = ROOT / "tests" / "vectors"
    copied = [folder for folder in READ_BY if (vectors / folder).is_dir() and folder not in ("exif", "pdf")]
    assert len(copied) > 18
    for folder in copied:
        for path in (SAMPLES / folder).rglob("*"):
            if path.is_file():
                assert (vectors / folder / path.relative_to(SAMPLES / folder)).read_bytes() == path.read_bytes(), path.relative_to(SAMPLES)


@here
def test_our_graph_speaks_as_the_authors_of_the_vocabulary_do() -> None:
    """Where our CASE graph uses a prefix or a class that the examples of CASE use, it is theirs; the other classes are named here."""
    spaces: dict[str, str] = {}
    classes: set[str] = set()
    for path in (SAMPLES / "case-uco").glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        spaces |= {prefix: address for prefix, address in told["@context"].items() if prefix.startswith(("uco", "case"))}
        classes |= set(_classes(told))
    used = {prefix: address for prefix, address in case_graph._CONTEXT.items() if prefix in spaces}
    assert len(used) >= 6 and used == {prefix: spaces[prefix] for prefix in used}
    ours = set(re.findall(r'"@type": "((?:uco|case)[\w-]*:\w+)"', Path(case_graph.__file__).read_text(encoding="utf-8")))
    assert len(ours) > 6 and ours - classes <= {"uco-tool:Tool"}


def _classes(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        named = told.get("@type", [])
        yield from [named] if isinstance(named, str) else named
        for inner in told.values():
            yield from _classes(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from _classes(inner)

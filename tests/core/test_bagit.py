"""Bags of others: the conformance suite with its verdicts, further bags of each kind, and where the common Python tool says otherwise."""

import hashlib
import tarfile
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import bagit, bagit_words
from letapis.core.bagit import Listing, check, is_text, roots, wanted
from letapis.core.bagit_text import VERSIONS

SUITE = Path(__file__).parents[1] / "vectors" / "bagit"
EVERY = sorted(SUITE.glob("*/*.tgz"))
TEXTS = Path(bagit.__file__).parents[1] / "data" / "locale" / "bagit.toml"

# What the sample's own reason is, where the suite says that it is invalid or has to be reported.
REASONS = {
    "v0.97-baginfo-missing-encoding": ("declaration_form", "bagit.txt:2"),
    "v0.97-bom-in-bagit.txt": ("declaration_mark", "bagit.txt:1"),
    "v0.97-corrupt-tag-file": ("digest", "tagmanifest-md5.txt:1: bag-info.txt"),
    "v0.97-extra-file-in-bag": ("unlisted", "manifest-md5.txt: data/bar"),
    "v0.97-missing-baginfo": ("missing", "tagmanifest-md5.txt:1: bag-info.txt"),
    "v0.97-missing-bagit.txt": ("no_declaration", "bagit.txt"),
    "v0.97-out-of-scope-file-paths-using-dot-notation-for-fetch": ("unsafe", "fetch.txt:1: ../../../README.md"),
    "v0.97-same-filename-listed-twice-with-different-hashes": ("twice", "manifest-sha256.txt:2: data/README"),
    "v1.0-bagit-with-invalid-whitespace": ("declaration_form", "bagit.txt:1"),
    "v1.0-notAllManifestsListAllFiles": ("unlisted", "manifest-sha512.txt: data/missingFromManifest.txt"),
    "v1.0-same-filename-listed-twice-with-different-hashes": ("twice", "manifest-sha256.txt:2: data/README"),
    "v0.97-out-of-scope-file-paths-using-shortcut-username": ("unsafe", "manifest-md5.txt:3: ~root/foo"),
    "v0.97-out-of-scope-file-paths-using-shortcut-username-for-fetch": ("unsafe", "fetch.txt:1: ~root/foo"),
    "v0.97-out-of-scope-file-paths-using-unc": ("unsafe", r"manifest-md5.txt:3: \\?\UNC\server\Windows\System32\setx.exe"),
    "v0.97-out-of-scope-file-paths-using-unc-for-fetch": ("unsafe", r"fetch.txt:1: \\?\UNC\server\Windows\System32\setx.exe"),
    "v0.97-made-with-md5sum-tools": ("star", "manifest-md5.txt:1: *data/hello.txt"),
    "v0.97-relative-path": ("relative", "manifest-sha512.txt:1: ./data/hello.txt"),
    "v0.97-same-filename-listed-twice-with-the-same-hash": ("twice_same", "manifest-sha256.txt:2: data/README"),
    "v0.97-special-system-files": ("system_file", "data/Thumbs.db"),
}  # fmt: skip
OF_SYSTEM = {"linux-only": "/tmp/test.txt ~/foo", "windows-only": r"C:\Windows\System32\setx.exe %HomeDrive%\Windows\System32\setx.exe"}


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as packed:
        found = {one.name: stream.read() for one in packed if (stream := packed.extractfile(one)) is not None}
    return {name.partition("/")[2]: data for name, data in found.items()}


def listing(files: dict[str, bytes]) -> Listing:
    names = wanted(files)
    digests = {path: {name: hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in names} for path, data in files.items()}
    return Listing(digests, {path: len(data) for path, data in files.items()}, {path: data for path, data in files.items() if is_text(path)})


def verdict(files: dict[str, bytes]) -> bagit.Verdict:
    return check(listing(files))


@pytest.mark.parametrize("path", EVERY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_bag_of_the_suite_gets_its_verdict_and_its_reason(path: Path) -> None:
    found = verdict(members(path))
    assert found.valid == (path.parent.name in ("valid", "warning"))
    assert found.version == ("" if "missing-bagit" in path.name else path.name[1:].partition("-")[0])
    assert path.parent.name != "valid" or {code for code, _ in found.warnings} <= {"weak", "relative"}
    said = (*found.faults, *found.warnings)
    if path.stem in REASONS:
        assert REASONS[path.stem] in said
    elif path.parent.name in OF_SYSTEM:
        assert any(code == "unsafe" and place.rpartition(": ")[2] in OF_SYSTEM[path.parent.name].split() for code, place in said)
    else:
        assert path.parent.name == "valid"


def test_the_whole_suite_is_here() -> None:
    assert len(EVERY) == 41 and set(REASONS) <= {path.stem for path in EVERY}


# ---- bags of our own, one step from a valid one ----------------------------------------------------------------------


def bag(version: str = "1.0", algorithms: tuple[str, ...] = ("sha256", "sha512"), info: str = "", **more: bytes) -> dict[str, bytes]:
    """A valid bag with two files."""
    files = {"data/letter.txt": b"An invented letter.\n", "data/a/photo.jpg": b"no photo", **more}
    files["bagit.txt"] = f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n".encode()
    files["bag-info.txt"] = (info or f"Payload-Oxum: {sum(len(d) for p, d in files.items() if p.startswith('data/'))}.2\n").encode()
    for algorithm in algorithms:
        files[f"manifest-{algorithm}.txt"] = manifest(algorithm, {path: data for path, data in files.items() if path.startswith("data/")})
    return tagged(files, algorithms)


def manifest(algorithm: str, files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.new(algorithm, data).hexdigest()}  {path}\n" for path, data in sorted(files.items())).encode()


def tagged(files: dict[str, bytes], algorithms: tuple[str, ...] = ("sha256", "sha512")) -> dict[str, bytes]:
    """The same with tag manifests that hold again, so that only the fault under test is left."""
    rest = {path: data for path, data in files.items() if not path.startswith(("data/", "tagmanifest-"))}
    return {**files, **{f"tagmanifest-{algorithm}.txt": manifest(algorithm, rest) for algorithm in algorithms}}


def changed(name: str, old: bytes, new: bytes, version: str = "1.0") -> dict[str, bytes]:
    files = bag(version)
    assert old in files[name]
    return tagged({**files, name: files[name].replace(old, new)})


@pytest.mark.parametrize("version", VERSIONS)
def test_a_good_bag_of_every_version_is_valid_without_a_remark(version: str) -> None:
    found = verdict(bag(version))
    assert (found.valid, found.faults, found.warnings) == (True, (), ())
    assert (found.version, found.algorithms, found.files) == (version, ("sha256", "sha512"), 8)


NUMBER = hashlib.sha256(b"An invented letter.\n").hexdigest().encode()
OTHER = hashlib.sha256(b"no photo").hexdigest().encode()
# The change, and what a bag of 1.0 and one of 0.97 come to: codes of remarks, those in capitals make it invalid.
VARIANTS: dict[str, tuple[tuple[str, bytes, bytes], str, str]] = {
    "a digest of another file": (("manifest-sha256.txt", NUMBER, OTHER), "DIGEST", "DIGEST"),
    "a digest that is cut": (("manifest-sha256.txt", NUMBER, NUMBER[:-2]), "DIGEST_FORM UNLISTED", "DIGEST_FORM"),
    "a digest in capitals": (("manifest-sha256.txt", NUMBER, NUMBER.upper()), "", ""),
    "a tab between": (("manifest-sha256.txt", b"  data/letter", b"\t data/letter"), "", ""),
    "a star": (("manifest-sha256.txt", b"  data/letter", b" *data/letter"), "star", "star"),
    "a dot before": (("manifest-sha256.txt", b"data/letter", b"./data/letter"), "relative", "relative"),
    "a dot within": (("manifest-sha256.txt", b"data/a/photo", b"data/./a//photo"), "relative", "relative"),
    "a parent within": (("manifest-sha256.txt", b"data/a/photo", b"data/b/../a/photo"), "UNSAFE UNLISTED", "UNSAFE"),
    "a parent that is encoded": (("manifest-sha256.txt", b"data/letter.txt\n", b"data/%0a/../../x\n"), "UNSAFE UNLISTED", "UNSAFE"),
    "a root": (("manifest-sha256.txt", b"data/letter.txt", b"/etc/passwd"), "UNSAFE UNLISTED", "UNSAFE"),
    "a home": (("manifest-sha256.txt", b"data/letter.txt", b"~/letter.txt"), "UNSAFE UNLISTED", "UNSAFE"),
    "a drive": (("manifest-sha256.txt", b"data/letter.txt", b"C:/letter.txt"), "UNSAFE UNLISTED", "UNSAFE"),
    "a share": (("manifest-sha256.txt", b"data/letter.txt", b"\\\\host\\letter.txt"), "UNSAFE UNLISTED", "UNSAFE"),
    "parents of another system": (("manifest-sha256.txt", b"data/letter.txt", b"data\\..\\..\\x"), "UNSAFE UNLISTED", "UNSAFE"),
    "a control character": (("manifest-sha256.txt", b"data/letter.txt", b"data/let\x1bter.txt"), "UNSAFE UNLISTED", "UNSAFE"),
    "another case": (("manifest-sha256.txt", b"data/letter.txt", b"data/Letter.txt"), "MISSING UNLISTED", "MISSING"),
    "a folder": (("manifest-sha256.txt", b"data/letter.txt", b"data/a/"), "MISSING UNLISTED", "MISSING"),
    "a tag file listed as content": (("manifest-sha256.txt", b"data/letter.txt", b"bagit.txt"), "OUTSIDE_PAYLOAD UNLISTED", "OUTSIDE_PAYLOAD"),
    "a file in one list only": (("manifest-sha256.txt", NUMBER + b"  data/letter.txt\n", b""), "UNLISTED", ""),
    "twice with one digest": (("manifest-sha256.txt", b"", NUMBER + b"  data/letter.txt\n"), "TWICE", "twice_same"),
    "twice with two digests": (("manifest-sha256.txt", b"", OTHER + b"  data/letter.txt\n"), "DIGEST TWICE", "DIGEST TWICE"),
    "an empty line": (("manifest-sha256.txt", b"data/letter.txt\n", b"data/letter.txt\n\n"), "MANIFEST_LINE", "blank_line"),
    "a line of words": (("manifest-sha256.txt", b"data/letter.txt\n", b"data/letter.txt\n# ours\n"), "MANIFEST_LINE", "MANIFEST_LINE"),
    "no end of the last line": (("manifest-sha256.txt", b"data/letter.txt\n", b"data/letter.txt"), "last_line", ""),
    "line ends of another system": (("manifest-sha256.txt", b"\n", b"\r\n"), "", ""),
    "line ends of an old system": (("manifest-sha256.txt", b"\n", b"\r"), "", ""),
    "a mark of byte order in a list": (("manifest-sha256.txt", b"", b"\xef\xbb\xbf"), "MARK", "mark_loose"),
    "another encoding in a list": (("manifest-sha256.txt", b"letter", b"let\xfeer"), "ENCODING UNLISTED", "ENCODING"),
    "a mark of byte order in the declaration": (("bagit.txt", b"BagIt", b"\xef\xbb\xbfBagIt"), "DECLARATION_MARK", "DECLARATION_MARK"),
    "a blank at the end of the declaration": (("bagit.txt", b"UTF-8\n", b"UTF-8 \n"), "DECLARATION_FORM", "declaration_loose"),
    "a third line of the declaration": (("bagit.txt", b"UTF-8\n", b"UTF-8\nMore: 1\n"), "DECLARATION_FORM", "DECLARATION_FORM"),
    "the lines of the declaration turned": (("bagit.txt", b"BagIt-Version", b"BagIt-Versions"), "DECLARATION_FORM", "DECLARATION_FORM"),
    "an encoding that nobody knows": (("bagit.txt", b"UTF-8", b"UTF-5"), "DECLARATION_ENCODING", "DECLARATION_ENCODING"),
    "a size that is not so": (("bag-info.txt", b"28.2", b"29.2"), "OXUM", "OXUM"),
    "a number that is not so": (("bag-info.txt", b"28.2", b"28.3"), "OXUM", "OXUM"),
    "a size in words": (("bag-info.txt", b"28.2", b"28 bytes"), "OXUM_FORM", "OXUM_FORM"),
    "the size twice": (("bag-info.txt", b"", b"payload-oxum: 28.2\n"), "OXUM_TWICE", "oxum_twice_loose"),
    "a blank before the colon": (("bag-info.txt", b"Oxum:", b"Oxum :"), "INFO_LINE", ""),
    "no blank behind the colon": (("bag-info.txt", b"Oxum: ", b"Oxum:"), "INFO_LINE", ""),
    "a line without a colon": (("bag-info.txt", b"", b"ours\n"), "INFO_LINE", "INFO_LINE"),
    "a long value": (("bag-info.txt", b"", b"Contact-Name: Janka\n\tVydumka: the second\n"), "", ""),
}  # fmt: skip


@pytest.mark.parametrize("version", ["1.0", "0.97"])
@pytest.mark.parametrize("name", VARIANTS)
def test_a_bag_one_step_from_a_good_one(name: str, version: str) -> None:
    (file, old, new), strict, loose = VARIANTS[name]
    files = bag(version)
    data = files[file].replace(old, new) if old else new + files[file]
    assert data != files[file]
    found = verdict(tagged({**files, file: data}))
    told = {code.upper() for code, _ in found.faults} | {code for code, _ in found.warnings}
    assert told == set((strict if version == "1.0" else loose).split())
    assert all(place.startswith(file) for code, place in found.faults if code not in ("unlisted", "digest"))
    assert found.valid == (not found.faults)


def test_what_is_there_and_not_listed_or_listed_and_not_there() -> None:
    files = bag()
    assert verdict({**files, "data/more": b"x"}).faults[:2] == (
        ("unlisted", "manifest-sha256.txt: data/more"),
        ("unlisted", "manifest-sha512.txt: data/more"),
    )
    del files["data/letter.txt"]
    assert ("missing", "manifest-sha256.txt:2: data/letter.txt") in verdict(files).faults
    assert verdict(tagged({**bag(), "notes.txt": b"x"})).valid
    assert verdict({**bag(), "notes.txt": b"x"}).warnings == (("tag_unlisted", "notes.txt"),)
    assert verdict({path: data for path, data in bag().items() if "manifest" not in path}).faults == (("no_manifest", ""),)
    bare = {path: data for path, data in bag().items() if not path.startswith("tagmanifest")}
    assert verdict(bare).warnings == (("no_tag_manifest", ""),)
    assert verdict({**bag(), "tagmanifest-sha256.txt": b""}).faults == tuple(
        ("tags_lack_manifest", f"tagmanifest-sha256.txt: manifest-{name}.txt") for name in ("sha256", "sha512")
    )


def test_signs_that_end_lines_are_encoded_and_a_percent_sign_by_the_rule_of_the_version() -> None:
    for name, written in (("data/a\nb", "data/a%0Ab"), ("data/a\rb", "data/a%0db"), ("data/50%25", "data/50%2525"), ("data/50%", "data/50%25")):
        files = bag("1.0", **{name: b"x"})
        for algorithm in ("sha256", "sha512"):
            files[f"manifest-{algorithm}.txt"] = files[f"manifest-{algorithm}.txt"].replace(f"  {name}\n".encode(), f"  {written}\n".encode())
        files["bag-info.txt"] = b"Payload-Oxum: 29.3\n"
        assert verdict(tagged(files)).valid and not verdict(tagged(files)).warnings, name
    files = {**bag("1.0", **{"data/50%25": b"x"}), "bag-info.txt": b"Payload-Oxum: 29.3\n"}
    found = verdict(tagged(files))
    assert found.valid and {code for code, _ in found.warnings} == {"percent"}, "a name that looks encoded and is not"
    files = {**bag("0.97", **{"data/50%": b"x"}), "bag-info.txt": b"Payload-Oxum: 29.3\n"}
    files["manifest-sha256.txt"] = files["manifest-sha256.txt"].replace(b"data/50%", b"data/50%25")
    found = verdict(tagged(files))
    assert found.valid and {code for code, _ in found.warnings} == {"percent"}


def test_letters_in_another_form_are_the_same_file_unless_both_are_there() -> None:
    one, two = (f"data/{unicodedata.normalize(form, 'Ў.txt')}" for form in ("NFC", "NFD"))
    files = {**bag(**{one: b"x"}), "bag-info.txt": b"Payload-Oxum: 29.3\n"}
    moved = {two if path == one else path: data for path, data in files.items()}
    found = verdict(tagged(moved))
    assert found.valid and {code for code, _ in found.warnings} == {"letters"}
    both = {**bag(**{one: b"x", two: b"y"}), "bag-info.txt": b"Payload-Oxum: 30.4\n"}
    assert verdict(tagged(both)).valid and {code for code, _ in verdict(tagged(both)).warnings} == {"alike"}
    case = {**bag(**{"data/A/photo.jpg": b"x"}), "bag-info.txt": b"Payload-Oxum: 29.3\n"}
    assert ("alike", "data/a") in verdict(tagged(case)).warnings


def test_what_would_have_to_be_fetched_makes_a_bag_incomplete_and_nothing_is_asked_for() -> None:
    files = bag()
    hole = {path: data for path, data in files.items() if path != "data/letter.txt"}
    hole["fetch.txt"] = b"https://archive.example/letter 20 data/letter.txt\n"
    found = verdict(tagged(hole))
    assert {code for code, _ in found.faults} == {"to_fetch", "oxum"} and ("to_fetch", "fetch.txt:1: data/letter.txt") in found.faults
    whole = verdict(tagged({**files, "fetch.txt": b"https://archive.example/letter - data/letter.txt\n"}))
    assert whole.valid and whole.warnings == (("fetch_here", "fetch.txt:1: data/letter.txt"),)
    for line, code in (("https://a.example x data/letter.txt", "fetch_line"), ("letter 20 data/letter.txt", "fetch_line"), ("words", "fetch_line"),
                       ("https://a.example - data/other", "fetch_unlisted"), ("file:///etc/passwd - /etc/passwd", "unsafe"),
                       ("https://a.example - bagit.txt", "outside_payload")):  # fmt: skip
        assert verdict(tagged({**files, "fetch.txt": f"{line}\n".encode()})).faults[0][0] == code, line


def test_algorithms_are_those_that_the_names_of_the_lists_say() -> None:
    assert verdict(bag("0.97", ("md5",))).warnings == (("weak", "md5"),)
    assert verdict(bag("1.0", ("md5", "sha1"))).warnings == (("weak", "md5, sha1"),)
    assert verdict(bag("1.0", ("md5", "sha512"))).warnings == ()
    for algorithm in bagit.ALGORITHMS:
        if bagit.ALGORITHMS[algorithm] == algorithm:
            assert verdict(bag("1.0", (algorithm,))).valid, algorithm
    files = bag()
    unknown = tagged({**files, "manifest-crc32.txt": b"00000000  data/letter.txt\n00000000  data/a/photo.jpg\n"})
    assert verdict(unknown).valid and ("algorithm_other", "manifest-crc32.txt") in verdict(unknown).warnings
    alone = {path: data for path, data in files.items() if "manifest" not in path}
    assert ("algorithm", "manifest-crc32.txt") in verdict({**alone, "manifest-crc32.txt": unknown["manifest-crc32.txt"]}).faults
    odd = {path.replace("sha256", "SHA-256"): data for path, data in bag("1.0", ("sha256",)).items()}
    assert ("algorithm_name", "manifest-SHA-256.txt") in verdict(odd).warnings


def test_lists_in_the_encoding_that_is_declared() -> None:
    for name, codec in (("UTF-16", "utf-16"), ("UTF-16", "utf-16-be"), ("windows-1251", "cp1251"), ("KOI8-R", "koi8-r"), ("ISO-8859-5", "iso8859-5")):
        files = {**bag(**{"data/Ліст.txt" if codec.startswith("utf") else "data/Лист.txt": b"x"}), "bag-info.txt": b"Payload-Oxum: 29.3\n"}
        texts = {path: data.decode().encode(codec) for path, data in files.items() if is_text(path) and not path.startswith(("bagit.", "tagm"))}
        files |= {**texts, "bagit.txt": f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {name}\n".encode()}
        files = {path: data.decode().encode(codec) if path.startswith("tagm") else data for path, data in tagged(files).items()}
        assert verdict(files).faults == (), name


def test_a_system_s_own_empty_file_that_was_swept_away_harms_nothing_and_another_does() -> None:
    files = {**bag(**{"data/.DS_Store": b""}), "bag-info.txt": b"Payload-Oxum: 28.3\n"}
    swept = {path: data for path, data in tagged(files).items() if path != "data/.DS_Store"}
    assert verdict(swept).valid and {code for code, _ in verdict(swept).warnings} == {"system_gone"}
    full = {**bag(**{"data/.DS_Store": b"names of what lay here"}), "bag-info.txt": b"Payload-Oxum: 50.3\n"}
    assert not verdict({path: data for path, data in tagged(full).items() if path != "data/.DS_Store"}).valid


def test_bags_are_found_by_their_declaration_or_by_a_list_beside_the_content_and_those_inside_belong_to_the_outer() -> None:
    assert roots(["x/bagit.txt", "x/data/bag/bagit.txt", "y/manifest-md5.txt", "y/data/f", "z/manifest-md5.txt", "letter.txt"]) == ("x", "y")
    assert roots(["bagit.txt", "data/a"]) == roots(["manifest-md5.txt", "data/a"]) == ("",)
    assert roots(["data/a", "letter.txt"]) == ()


# ---- what the common tool says ---------------------------------------------------------------------------------------

# bagit-python 1.9.0, ``Bag.validate``, run once over the suite and over the bags above: where it says otherwise than the suite does.
REFERENCE_AGAINST_THE_SUITE = {
    "v1.0-bagit-with-invalid-whitespace": True,
    "v0.97-special-system-files": False,
    "v0.97-out-of-scope-file-paths-using-absolute-path-for-fetch": True,  # that for Windows: it looks at the system it runs on
    "v0.97-out-of-scope-file-paths-using-unc-for-fetch": True,
}
# It takes these as valid, which the specification forbids; there is none that it refuses and we take.
REFERENCE_TAKES = {
    "1.0": {
        *("a parent within", "a file in one list only", "an empty line", "a line of words", "a mark of byte order in a list"),
        *("a blank at the end of the declaration", "a third line of the declaration", "the size twice"),
        *("a blank before the colon", "no blank behind the colon"),
    },
    "0.97": {"a parent within", "a line of words", "a third line of the declaration"},
}


def test_where_the_common_tool_differs_the_verdict_is_that_of_the_suite_and_of_the_specification() -> None:
    differing = {f"{path.parent.name}/{path.stem}": path for path in EVERY if path.stem in REFERENCE_AGAINST_THE_SUITE}
    for name, path in differing.items():
        taken = REFERENCE_AGAINST_THE_SUITE[path.stem]
        assert verdict(members(path)).valid == (path.parent.name in ("valid", "warning")) == (not taken), name
    for version, names in REFERENCE_TAKES.items():
        said = {name: strict if version == "1.0" else loose for name, (_, strict, loose) in VARIANTS.items()}
        assert all(said[name] != said[name].lower() for name in names), "codes in capitals make a bag invalid"


# ---- whatever a stranger writes --------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(path for path in bag() if is_text(path))), st.binary(max_size=200), st.integers(0, 400), st.booleans())
def test_no_text_of_a_stranger_breaks_the_reader_and_none_that_lists_less_is_valid(name: str, data: bytes, at: int, whole: bool) -> None:
    files = bag()
    kept = data if whole else files[name][:at] + data + files[name][at + len(data) :]
    found = verdict({**files, name: kept})
    assert kept == files[name] or not found.valid or name.startswith("tagmanifest"), "every other text stands in the tag manifests"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["data/letter.txt", "data/a/photo.jpg"]), st.integers(0, 7), st.integers(0, 7))
def test_no_turned_bit_of_the_content_is_passed_over(name: str, at: int, bit: int) -> None:
    files = bag("0.97", ("md5",))
    turned = bytearray(files[name])
    turned[at] ^= 1 << bit
    assert ("digest", f"manifest-md5.txt:{1 if 'photo' in name else 2}: {name}") in verdict({**files, name: bytes(turned)}).faults


def test_every_code_has_its_sentence_and_is_named_once() -> None:
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    assert all(bagit_words.meaning(code) in texts for code in bagit_words.CODES)
    assert {key for key in texts if key.startswith("bagit.means.")} == {bagit_words.meaning(code) for code in bagit_words.CODES}
    assert set(bagit_words.CODES) >= bagit.WARNINGS and len(set(bagit_words.CODES)) == len(bagit_words.CODES)
    source = "".join(Path(bagit.__file__).with_name(name).read_text(encoding="utf-8") for name in ("bagit.py", "bagit_text.py", "bagit_paths.py"))
    assert all(f'"{code}"' in source for code in bagit_words.CODES)

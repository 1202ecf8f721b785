"""The repository keeps its own promises: languages, error texts, documents, and nothing of the machine that it was written on."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from letapis.core import errors
from letapis.core.language import LANGUAGES

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "letapis"
LOCALE = SOURCE / "data" / "locale"
TEXT_SUFFIXES = {".py", ".md", ".toml", ".html", ".txt", ".css", ".js", ".lock", ".sh", ".cfg", ""}

BELARUSIAN_ONLY, RUSSIAN_ONLY = set("іўІЎ"), set("ищъИЩЪ")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\Z")

# A language is always named in itself, so that a reader who landed in the wrong one finds the way out.
NAMED_IN_ITSELF = "web.language."


@cache
def tracked() -> tuple[Path, ...]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


@cache
def locale_tables() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(LOCALE.glob("*.toml")):
        for key, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert key not in tables, f"{key} stands in two locale files"
            tables[key] = table
    return tables


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SOURCE.rglob("*.py")))


@cache
def nodes() -> tuple[tuple[Path, tuple[ast.AST, ...]], ...]:
    """Every part of every file, walked through once for all tests."""
    return tuple((path, tuple(ast.walk(tree))) for path, tree in trees())


@cache
def error_classes() -> frozenset[str]:
    """Names of LetapisError and every class below it, found in the source by their bases."""
    known: set[str] = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.LetapisError)}
    classes = [node for _, parts in nodes() for node in parts if isinstance(node, ast.ClassDef)]
    grew = True
    while grew:
        more = {node.name for node in classes if node.name not in known and known & {ast.unparse(base) for base in node.bases}}
        known |= more
        grew = bool(more)
    return frozenset(known)


def literals(node: ast.expr) -> Iterator[str]:
    """The strings that an expression may be: a literal, or either branch of ``a if … else b``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


@cache
def raising_functions() -> dict[tuple[str, str], int]:
    """Functions that raise an error whose code is one of their arguments (``require_text(text, code)``): file and name -> place of it.

    The file is empty for a function that other modules may call.
    """
    found: dict[tuple[str, str], int] = {}
    for path, parts in nodes():
        for function in (node for node in parts if isinstance(node, ast.FunctionDef)):
            names = [argument.arg for argument in function.args.args]
            for node in ast.walk(function):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) in error_classes() and node.exc.args:
                    first = node.exc.args[0]
                    if isinstance(first, ast.Name) and first.id in names:
                        found[str(path) if function.name.startswith("_") else "", function.name] = names.index(first.id)
    return found


@cache
def error_codes() -> dict[str, str]:
    """Every literal code given to an error of the tree, or to a function that raises one with it, and the place where it stands.

    The verifier stands alone and has words of its own.
    """
    codes: dict[str, str] = {}
    for path, parts in nodes():
        for node in parts:
            if isinstance(node, ast.Call) and "verifier" not in path.parts:
                name = called(node)
                place = 0 if name in error_classes() else raising_functions().get((str(path) if name.startswith("_") else "", name))
                if place is not None and len(node.args) > place:
                    codes |= dict.fromkeys(literals(node.args[place]), f"{path.relative_to(SOURCE)}:{node.lineno}")
    return codes


@cache
def reasons() -> dict[str, str]:
    """Every literal sentence key that an Answer gives as its reason."""
    found: dict[str, str] = {}
    for path, parts in nodes():
        for node in parts:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Answer":
                given = [node.args[1]] if len(node.args) > 1 else [word.value for word in node.keywords if word.arg == "because"]
                found |= {key: f"{path.relative_to(SOURCE)}:{node.lineno}" for value in given for key in literals(value)}
    return found


@cache
def said() -> tuple[frozenset[str], re.Pattern[str]]:
    """Words by which a text may be asked for: strings of the code, words of templates and data; and what strings put together may become."""
    whole: set[str] = set()
    built = {r"\w+\.field\.\w+(\.help)?", r"custody\.\w+"}  # forms and the history of an original put the first part in as well
    for _, parts in nodes():
        for node in parts:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
                built |= {re.escape(node.value) + ".+"} if re.fullmatch(r"\w+\.(\w+\.)*", node.value) else set()
            elif isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant) and "." in str(first.value):
                built.add("".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values))
    for path in SOURCE.rglob("*"):
        if path.suffix in (".html", ".js", ".toml") and LOCALE not in path.parents:
            text = path.read_text(encoding="utf-8")
            whole.update(re.findall(r"[\w.-]*\w", text))
            built.update(re.escape(begin) + ".+" for begin in re.findall(r'"(\w[\w.]*\.)"\|add:', text))
    return frozenset(whole), re.compile("|".join(sorted(built - {r"errors\..+"})))


def test_licence_is_apache_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text and "APPENDIX: How to apply the Apache License" in text
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"] == "Apache-2.0"


def test_no_tracked_file_names_the_machine_or_an_index() -> None:
    """Put together from parts, so that this file does not name them either."""
    places = "|".join(("work", "farm", "root", "opt/lv", "opt/wheels", "opt/pypi"))
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org"))]
    named = re.compile(rf"(?<![\w.-])/({places})/|{'|'.join(re.escape(host) for host in hosts)}")
    found = []
    for path in tracked():
        if path.suffix in TEXT_SUFFIXES and "vectors" not in path.parts:
            found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in named.finditer(path.read_text(encoding="utf-8", errors="replace"))]
    assert not found


def test_locks_name_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-rivals.lock"):
        packages = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert len(packages) > 15
        assert all(re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line) for line in packages if line.strip()), name


def test_runtime_packages_stay_few() -> None:
    """style.md: 33 packages at run time; a new one has to be argued for."""
    assert len(re.findall(r"^[\w.-]+==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)) <= 33


# Versions below which a library of ours had a fault that others found and that our own checks stand on: see the traps in docs and tests.
NEW_ENOUGH = {"cryptography": (50, 0, 2), "rfc3161-client": (1, 0, 9), "warcio": (1, 8, 1), "c2pa-python": (0, 38, 1)}
# What only measures us in tests, what re-writes signed bytes, and what was looked at and not taken.
NO_PART = {"pymerkle", "opentimestamps", "sigstore", "slhdsa", "asn1crypto", "wacz", "bagit", "pywb", "metsrw", "auto_archiver", "rocrate_validator"}
NO_PART |= {"ocfl", "case_utils", "pdqhash"}


def test_libraries_with_known_traps_are_new_enough() -> None:
    locked = dict(re.findall(r"^([\w.-]+)==([\d.]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    for name, least in NEW_ENOUGH.items():
        assert tuple(int(part) for part in locked[name].split(".")) >= least, name
        assert f'"{name}>={".".join(map(str, least))}' in (ROOT / "pyproject.toml").read_text(encoding="utf-8"), name


def test_what_only_measures_or_was_rejected_is_no_part_of_the_program() -> None:
    found = {}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {name.partition(".")[0]: path.name for name in names}
    assert "rfc3161_client" in found and not NO_PART & found.keys()


def test_every_key_stands_in_three_languages() -> None:
    short = [key for key, table in locale_tables().items() if set(table) != set(LANGUAGES) or not all(text.strip() for text in table.values())]
    assert locale_tables() and not short


def test_every_text_is_in_its_own_alphabet() -> None:
    wrong = []
    for key, table in locale_tables().items():
        if key.startswith(NAMED_IN_ITSELF):
            continue
        if CYRILLIC.search(table["en"]):
            wrong.append(f"{key} en")
        for language, foreign in (("be", RUSSIAN_ONLY), ("ru", BELARUSIAN_ONLY)):
            words = PLACEHOLDER.sub("", table[language])
            if foreign & set(words) or (re.search(r"[A-Za-z]{4}", words) and not CYRILLIC.search(words)):
                wrong.append(f"{key} {language}")
    assert not wrong


def test_languages_of_a_text_name_the_same_parts() -> None:
    uneven = [key for key, table in locale_tables().items() if len({frozenset(PLACEHOLDER.findall(text)) for text in table.values()}) > 1]
    assert not uneven


def test_a_claim_is_never_a_lawsuit() -> None:
    """In Belarusian and Russian the words of a lawsuit never name what a source tells us."""
    lawsuit = re.compile(r"\b(іск|іскі|іску|заяўнік\w*|иск|иски|иска|истец|истца)\b", re.IGNORECASE)
    assert not [key for key, table in locale_tables().items() if lawsuit.search(table["be"]) or lawsuit.search(table["ru"])]


def test_every_error_code_has_its_text() -> None:
    bare = {code: place for code, place in error_codes().items() if f"errors.{code}" not in locale_tables()}
    assert not bare


def test_every_reason_has_its_sentence() -> None:
    bare = {key: place for key, place in reasons().items() if key not in locale_tables()}
    assert not bare


def test_no_text_is_left_that_nothing_says() -> None:
    whole, built = said()
    asked = {key: key.removeprefix("errors.") for key in locale_tables()}
    assert not [key for key, word in asked.items() if key not in whole and word not in whole and not built.fullmatch(word)]


def test_error_codes_are_lower_case_words() -> None:
    assert not [code for code in error_codes() if not CODE.match(code)]


@pytest.mark.parametrize("page", ["errors.md", "commands.md"])
def test_reference_pages_are_made_from_the_code_as_it_is(page: str) -> None:
    """`make docs` writes them; what is undocumented fails here."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") == module.PAGES[page](), "run `make docs`"


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _links(path: Path) -> list[tuple[str, str]]:
    """Files that a document links to, and the headings in them; an empty file is itself."""
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", path.read_text(encoding="utf-8"))
    return [(target, heading) for target, heading in found if "://" not in target and not target.startswith("mailto:")]


def _headings(path: Path) -> set[str]:
    """Headings of a page as a link names them: small letters, hyphens for blanks, without other signs."""
    found = re.findall(r"^#{1,6} (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-") for heading in found}


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for path in DOCUMENTS:
        for target, heading in _links(path):
            there = path.parent / target if target else path
            if not there.exists() or (heading and there.suffix == ".md" and heading not in _headings(there)):
                broken.append(f"{path.relative_to(ROOT)}: {target}#{heading}")
    assert not broken


def test_the_first_page_leads_to_every_other() -> None:
    first, *others = DOCUMENTS
    linked = {(ROOT / target).resolve() for target, _ in _links(first)}
    assert not [str(path.relative_to(ROOT)) for path in others if path.resolve() not in linked]


def test_every_printed_promise_names_a_test_that_exists() -> None:
    """threat-model: a promise without a test is not printed."""
    text = (ROOT / "docs" / "explanation" / "what-letapis-promises.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "`" in row]
    assert rows
    for row in rows:
        names = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert names, row
        for file, name in names:
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), row


def test_no_source_says_to_do_later() -> None:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    assert not [str(path.relative_to(ROOT)) for path in sorted(SOURCE.rglob("*.py")) if marks.search(path.read_text(encoding="utf-8"))]

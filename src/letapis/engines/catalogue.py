"""Everything that the package knows from data files: vocabulary, law, mechanisms, consent, proof, reference lists, texts.

Each part is read from ``letapis/data`` when first asked for and then kept, because a command that only lists dossiers must not
wait for eighty norms. Files are read through importlib.resources, so that a wheel works like a checkout.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from letapis.core.afterwards import AfterWords, read_after_words
from letapis.core.bodies import Register, read_register
from letapis.core.capture import CaptureForm, read_capture_form
from letapis.core.cards import CardRules, read_card_rules
from letapis.core.care import Care, read_care
from letapis.core.checkbook import kind_of, stem
from letapis.core.consent import ConsentScopes, read_scopes
from letapis.core.custody import Events, read_events
from letapis.core.errors import Damaged
from letapis.core.figures import Rules, read_rules
from letapis.core.forms import Form, read_form
from letapis.core.guide import Part, read_parts
from letapis.core.identity_proposals import Rules as IdentityRules
from letapis.core.identity_proposals import read_rules as read_identity_rules
from letapis.core.incidents import Plan, read_plan
from letapis.core.language import Texts
from letapis.core.letters import Advice, read_advice
from letapis.core.lexicon import Lexicon, read_lexicon
from letapis.core.listing import ColumnWords, ListMapping, read_mapping
from letapis.core.listing_guess import read_column_words
from letapis.core.mechanisms import Mechanism, read_mechanism
from letapis.core.name_compare import Comparer
from letapis.core.name_rules import read_name_rules
from letapis.core.needs import Needs, read_needs
from letapis.core.norms import Rulebook, read_rulebook
from letapis.core.opened import Opened, read_opened
from letapis.core.overlay import Overlay, is_whole, laid_over
from letapis.core.package import Columns, read_columns
from letapis.core.pattern import PatternRules, read_pattern_rules
from letapis.core.proof import Proof, read_proof
from letapis.core.public_figures import PublicFigures, read_public_figures
from letapis.core.public_viasna import ExportWords, read_export_words
from letapis.core.public_words import PublicWords
from letapis.core.publication import Publication, read_publication
from letapis.core.reference import ReferenceList, read_reference_list
from letapis.core.replies import ReplyWords, read_reply_words
from letapis.core.routing import Route, read_routes
from letapis.core.sections import Topic, read_topics
from letapis.core.sentences import Templates, read_templates
from letapis.core.vocabulary import Vocabulary, read_vocabulary
from letapis.engines.data_parts import part
from letapis.engines.locale_files import LocaleFiles

_LAW: Final = frozenset({"facts", "norms", "treaties", "mechanisms", "consent", "proof", "records", "routing", "first-set", "rulebook"})

_FOLDERS: Final = {kind: ("rulebook", kind) for kind in ("facts", "norms", "treaties")} | {"mechanisms": ("mechanisms",)}


@dataclass(frozen=True)
class FilingRecord:
    """A record of the system that feeds a field of a filing, with the facts whose claims fill it."""

    id: str
    definition: str
    label: Mapping[str, str]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """The data of one folder, part by part. Raises Damaged when a file is missing or cannot be read as what it is, Busy("catalogue.upgraded")
    where another version's files took the place of those that this program came with."""

    root: Traversable
    overlay: Overlay | None = None

    @property
    def is_packaged(self) -> bool:
        """The data of the installed package, without rules of an organisation that could be wrong by themselves."""
        return self.overlay is None and self.root == files("letapis") / "data"

    @part
    def vocabulary(self) -> Vocabulary:
        cards = _names(self.root / "mechanisms") if self.overlay is None else [name for name in self._laid if kind_of(name) == "mechanisms"]
        lists = {"scope": [scope["id"] for scope in self._consent_table["scopes"]], "mechanism": [stem(name) for name in cards]}
        return read_vocabulary(self._law("facts"), lists)

    @part
    def law_version(self) -> str:
        """Version of the rulebook, with the mark of an organisation's own rules where they are laid over it."""
        own = str(_table(self.root / "rulebook" / "rulebook.toml")["version"])
        if self.overlay is None:
            return own
        return self.overlay.mark if is_whole(self.overlay.files) else f"{own}+{self.overlay.mark}"

    @part
    def rulebook(self) -> Rulebook:
        norms, first = self._law("norms"), _table(self.root / "rulebook" / "first-set.toml")["ids"]
        if self.overlay is not None:
            known = {table["id"] for table in norms}
            first = [norm for norm in dict.fromkeys((*first, *self.own_norms)) if norm in known]
        return read_rulebook({"version": self.law_version}, norms, self._law("treaties"), first, self.vocabulary)

    @part
    def own_norms(self) -> tuple[str, ...]:
        """Norms that an organisation's own rules add or replace."""
        own = self.overlay.files if self.overlay else {}
        return tuple(tomllib.loads(text)["id"] for name, text in own.items() if kind_of(name) == "norms")

    @part
    def pattern(self) -> PatternRules:
        """When many files together prepare what one file never shows."""
        return read_pattern_rules(_table(self.root / "pattern.toml"), self.rulebook, self.vocabulary)

    @part
    def mechanisms(self) -> Mapping[str, Mechanism]:
        record_facts = {record.id: record.facts for record in self.records.values()}
        cards = [read_mechanism(table, self.vocabulary, record_facts) for table in self._law("mechanisms")]
        return {card.id: card for card in cards}

    @part
    def records(self) -> Mapping[str, FilingRecord]:
        entries = _table(self.root / "records.toml")["records"]
        return {e["id"]: FilingRecord(e["id"], e["definition"], e["label"], tuple(e.get("facts", ()))) for e in entries}

    @part
    def routes(self) -> tuple[Route, ...]:
        return read_routes(_table(self.root / "routing.toml"), self.vocabulary)

    @part
    def consent(self) -> ConsentScopes:
        return read_scopes(self._consent_table)

    @part
    def zone(self) -> timezone:
        """The clock of the people concerned."""
        table = _table(self.root / "zone.toml")
        return timezone(timedelta(hours=table["hours"]), str(table["name"]))

    @part
    def needs(self) -> Needs:
        return read_needs(_table(self.root / "needs.toml"))

    @part
    def questions(self) -> Mapping[str, Mapping[str, str]]:
        """What the questions of official forms ask, and what bodies ask before they take a case, in Belarusian and Russian, by the words of
        the form and of the card."""
        table = _table(self.root / "questions.toml")
        return {**table["questions"], **table["checks"]}

    @part
    def capture(self) -> CaptureForm:
        """What is to be said of how a capture was made."""
        return read_capture_form(_table(self.root / "capture.toml"))

    @part
    def care(self) -> Care:
        return read_care(_table(self.root / "care.toml"))

    @part
    def opened(self) -> Opened:
        return read_opened(_table(self.root / "opened.toml"))

    @part
    def custody(self) -> Events:
        """What can be done with an item of evidence."""
        return read_events(_table(self.root / "custody.toml"))

    @part
    def topics(self) -> Mapping[str, Topic]:
        """What a section of a long account may be about."""
        return read_topics(_table(self.root / "interview.toml"))

    @part
    def after_filing(self) -> AfterWords:
        """What can happen after filing, and which time runs from what to what."""
        return read_after_words(_table(self.root / "after_filing.toml"))

    @part
    def guide(self) -> tuple[Part, ...]:
        """The parts of an interview guide in the order in which things are asked."""
        return read_parts(_table(self.root / "guide.toml"))

    @part
    def names(self) -> Comparer:
        """Compares names by the rules of the languages; remembers words and pairs that it has met."""
        base = self.root / "names"
        return Comparer(read_name_rules(_table(base / "letters.toml"), _table(base / "given.toml")))

    @part
    def identity_rules(self) -> IdentityRules:
        """What proposals that two entries are one person are made by."""
        return read_identity_rules(self.names, _table(self.root / "names" / "identity.toml"))

    @part
    def mappings(self) -> Mapping[str, ListMapping]:
        """How the lists that we know are read, by their id."""
        base = self.root / "mappings"
        found = [read_mapping(_table(base / name), self.vocabulary, name) for name in _names(base)]
        return {mapping.id: mapping for mapping in found}

    @part
    def column_words(self) -> tuple[ColumnWords, ...]:
        """How people title the columns of lists."""
        return read_column_words(_table(self.root / "columns.toml"), self.vocabulary)

    def forget_names(self) -> None:
        """Leave no name in memory that was compared, once the desk is closed."""
        if "names" in vars(self):
            self.names.forget()

    @part
    def letters(self) -> tuple[Advice, ...]:
        """What to know before a letter is sent to somebody who is held."""
        return tuple(one for table in self._tables("letters") for one in read_advice(table))

    @part
    def proof(self) -> Proof:
        return read_proof(_table(self.root / "proof.toml"))

    @part
    def publication(self) -> Publication:
        """Which fields of a person may be public, and under which conditions."""
        return read_publication(_table(self.root / "publication.toml"), self.vocabulary, self.consent)

    @part
    def public_words(self) -> PublicWords:
        """Values of a public card in words, the same wherever one is shown."""
        return PublicWords(self.publication, self.vocabulary, self.reference, self.places, self.texts)

    @part
    def export_words(self) -> ExportWords:
        """The columns and words of the public list as the present Viasna export has them."""
        return read_export_words(_table(self.root / "public_data.toml"), self.publication.fields)

    @part
    def cards(self) -> CardRules:
        """How a public card is made of what a person agreed to."""
        return read_card_rules(_table(self.root / "cards.toml"), self.publication, self.reference)

    @part
    def public_figures(self) -> PublicFigures:
        """By which rules the figures of the public list are counted, and the words beside them."""
        return read_public_figures(_table(self.root / "public_figures.toml"), self.reference)

    @part
    def package(self) -> Columns:
        """What of persons and organisations may go to a partner as data."""
        return read_columns(_table(self.root / "package.toml"), self.vocabulary)

    @part
    def incidents(self) -> Plan:
        """What follows when a device is in other hands."""
        return read_plan(_table(self.root / "incidents" / "plan.toml"))

    @part
    def reference(self) -> Mapping[str, ReferenceList]:
        """Lists of every country by their id."""
        lists = [read_reference_list(table) for table in self._reference_tables if "entry" in table]
        return {entries.id: entries for entries in lists}

    @part
    def places(self) -> Mapping[str, Mapping[str, str]]:
        """Names of places of detention, services and courts in every language, by their code and by their English name."""
        entries = {code: entry for kind in ("courts", "agencies", "facilities") for code, entry in self.reference[kind].entries.items()}
        return {entry.label["en"]: entry.label for entry in entries.values()} | {code: entry.label for code, entry in entries.items()}

    @part
    def register(self) -> Register:
        """Bodies of the State by what people call them, and the line of command as the registers have it."""
        return read_register(self.reference, _table(self.root / "posts.toml"))

    @part
    def reference_sources(self) -> Mapping[str, str]:
        """Source id, as entries name it, -> address or title."""
        return {key: text for table in self._reference_tables for key, text in table.get("sources", {}).items()}

    @part
    def texts(self) -> Texts:
        """All locale files as one table; raises as LocaleFiles does."""
        return Texts(LocaleFiles((name, _content(self.root / "locale" / name)) for name in _names(self.root / "locale")))

    @part
    def figures(self) -> Rules:
        """Rules of counting. Raises Damaged for one without its plural forms or with a fact that the vocabulary does not know."""
        rules = read_rules(_table(self.root / "figures" / "rules.toml"))
        if not rules.facts <= set(self.vocabulary.facts):
            raise Damaged("catalogue.figure_rule")
        return rules

    @part
    def replies(self) -> ReplyWords:
        return read_reply_words(_table(self.root / "replies.toml"))

    @part
    def proposals(self) -> Lexicon:
        """What the reader of notes knows: words, patterns and names by which a note proposes claims."""
        base = self.root / "proposals"
        return read_lexicon({name.removesuffix(".toml"): _table(base / name) for name in _names(base)}, self.reference, self.vocabulary)

    @part
    def templates(self) -> Mapping[str, Templates]:
        """Sentences for claims, by the languages that have them."""
        base = self.root / "templates" / "sentences"
        called = {card.id: card.name for card in self.mechanisms.values()} | {scope.id: scope.label for scope in self.consent.scopes.values()}
        languages = [name.removesuffix(".toml") for name in _names(base)]
        return {
            language: read_templates(_table(base / f"{language}.toml"), language, {key: names[language] for key, names in called.items()})
            for language in languages
        }

    @part
    def forms(self) -> Mapping[str, Form]:
        """How documents are laid out, by mechanism: only these can be written. Raises Damaged for a form whose language has no sentences."""
        found = {table["mechanism"]: read_form(table, self.mechanisms[table["mechanism"]]) for table in self._tables("forms")}
        if not all(set(form.languages) <= set(self.templates) for form in found.values()):
            raise Damaged("law.form_language")
        return found

    @part
    def _consent_table(self) -> Mapping[str, Any]:
        return _table(self.root / "consent.toml")

    @part
    def _reference_tables(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self._tables("reference"))

    @part
    def _laid(self) -> Mapping[str, Mapping[str, Any]]:
        """The law files with those of the overlay laid over them, parsed."""
        files = laid_over(law_files(), self.overlay.files if self.overlay else {})
        return {name: tomllib.loads(text) for name, text in files.items()}

    def _law(self, kind: str) -> list[Mapping[str, Any]]:
        """Law files of one kind. Where no own rules are laid over them, only those of this kind are read."""
        if self.overlay is None:
            return [*self._tables(*_FOLDERS[kind])]
        return [table for name, table in sorted(self._laid.items()) if kind_of(name) == kind]

    def _tables(self, *folder: str) -> Iterator[Mapping[str, Any]]:
        """Every file below a folder, parsed."""
        base = self.root.joinpath(*folder)
        for name in _names(base):
            if name.endswith(".toml"):
                yield _table(base / name)
            else:
                yield from self._tables(*folder, name)


@cache
def catalogue() -> Catalogue:
    """The catalogue of the installed package, one for the process."""
    return Catalogue(files("letapis") / "data")


def data_files(*folder: str) -> Mapping[str, str]:
    """Name -> text of every TOML file below a folder of the package's data, for the checker of the rulebook."""
    found: dict[str, str] = {}

    def walk(base: Traversable, prefix: str) -> None:
        for entry in base.iterdir():
            name = f"{prefix}{entry.name}"
            if entry.is_dir():
                walk(entry, f"{name}/")
            elif entry.name.endswith(".toml"):
                found[name] = entry.read_text(encoding="utf-8")

    walk(files("letapis").joinpath("data", *folder), "")
    return dict(sorted(found.items()))


def law_files() -> Mapping[str, str]:
    """The law files of the package: name -> text."""
    return {name: text for name, text in data_files().items() if kind_of(name) in _LAW and not name.startswith("locale/")}


def _names(folder: Traversable) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() or entry.name.endswith(".toml"))
    except OSError as fault:
        raise Damaged("catalogue.missing", folder.name) from fault


def _table(file: Traversable) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_content(file))
    except tomllib.TOMLDecodeError as fault:
        raise Damaged("catalogue.unreadable", file.name) from fault


def _content(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise Damaged("catalogue.missing", file.name) from fault
    except UnicodeDecodeError as fault:
        raise Damaged("catalogue.unreadable", file.name) from fault

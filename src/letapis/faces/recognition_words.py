"""Recognition in words of the reader's language, for the pages, for the command line and for paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from letapis.core import date_words
from letapis.core import recognition as rules
from letapis.core.recognition import Proposed, Tally
from letapis.core.recognition_criteria import Criterion, Held, Tier, TierState, Verdict
from letapis.desk.reading import ClaimView
from letapis.desk.vote_dossier import VoteDossier
from letapis.engines.catalogue import Catalogue

TIER_TONES: Mapping[TierState, str] = {
    TierState.CARRIED: "good",
    TierState.BLOCKED: "bad",
    TierState.EXCLUDED: "bad",
    TierState.OPEN: "warn",
    TierState.NOT_CARRIED: "",
}
_VERDICT_TONES: Mapping[Verdict, str] = {Verdict.MET: "good", Verdict.NOT_MET: "bad", Verdict.UNKNOWN: "warn"}
_EXCLUSION_TONES: Mapping[Verdict, str] = {Verdict.MET: "bad", Verdict.NOT_MET: "good", Verdict.UNKNOWN: "bad"}


@dataclass(frozen=True)
class CriterionWords:
    """One criterion in words; ``questions`` are asked where nobody recorded an answer, ``ours`` says what colleagues work out themselves."""

    criterion: Criterion
    text: str
    verdict: str
    tone: str
    questions: tuple[str, ...]
    ours: str


class RecognitionWords:
    """Words for one language."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue, self.language = catalogue, language

    def say(self, key: str, **parts: object) -> str:
        return self._catalogue.texts.say(key, self.language, **parts)

    def date(self, day: str) -> str:
        return date_words.show(day, self.language)

    def outcome(self, code: str) -> str:
        return self._listed("recognition-statuses", code)

    def ground(self, code: str) -> str:
        """Paragraph and what it says."""
        return f"{code} · {self._listed('recognition-grounds', code)}" if code else ""

    def demand(self, code: str) -> str:
        return self._listed("recognition-demands", code) if code else ""

    def grounds(self) -> list[tuple[str, str]]:
        return [(code, self.ground(code)) for code in self._catalogue.reference["recognition-grounds"].entries]

    def outcomes(self) -> list[tuple[str, str]]:
        return [(code, self.outcome(code)) for code in rules.OUTCOMES]

    def _listed(self, name: str, code: str) -> str:
        return self._catalogue.reference[name].name_of(code, self.language)

    def said(self, said: Proposed) -> str:
        """A decision on one line: what, when, on which ground, with which demand."""
        told = [self.outcome(said.outcome), self.date(said.day)]
        told += [self.say("recognition.on_ground", ground=said.ground)] if said.ground else []
        return " · ".join([*told, *([self.demand(said.demand)] if said.demand else [])])

    def votes(self, found: Tally) -> str:
        """How many for, against and abstaining."""
        return self.say("recognition.counted", **{f"{stance}_": found.count(stance) for stance in rules.STANCES})

    # ---- the dossier for the vote ------------------------------------------------------------------------------------

    def held(self, held: Held) -> str:
        return self.say(f"recognition.held.{held.state}", day=self.date(held.since) if held.since else "")

    def tier(self, one: Tier) -> str:
        return self.say(f"recognition.tier.{one.state}")

    def title(self, one: Tier) -> str:
        return self._catalogue.rulebook.norm(one.norm).title[self.language]

    def criterion(self, one: Tier, criterion: Criterion) -> CriterionWords:
        element = self._catalogue.rulebook.norm(one.norm).element(criterion.key)
        family, tones = ("exclusion", _EXCLUSION_TONES) if criterion.exclusion else ("criterion", _VERDICT_TONES)
        word = self.say("recognition.waits_for_reviewer" if criterion.waits else f"recognition.{family}.{criterion.verdict}")
        asked = criterion.missing if criterion.verdict is Verdict.UNKNOWN else ()
        # One of several that would do is no fault where it is not met.
        tone = "" if criterion.one_of and criterion.verdict is Verdict.NOT_MET else tones[criterion.verdict]
        return CriterionWords(criterion, element.text[self.language], word, tone, self.questions(asked), self.ours(asked))

    def questions(self, facts: tuple[str, ...]) -> tuple[str, ...]:
        """What people can be asked."""
        known = [self._catalogue.vocabulary.fact(fact) for fact in facts]
        return tuple(one.question[self.language] for one in known if not one.is_assessment)

    def ours(self, facts: tuple[str, ...]) -> str:
        """What a colleague works out from the records, and nobody is asked; empty where there is nothing of it."""
        known = [self._catalogue.vocabulary.fact(fact) for fact in facts]
        named = ", ".join(one.label[self.language] for one in known if one.is_assessment)
        return self.say("recognition.ours", facts=named) if named else ""

    def paper(self, prepared: VoteDossier, person: str, day: str, claim: Callable[[ClaimView], str]) -> str:
        """The dossier for the vote as text (Markdown). ``claim`` says one claim; no source is named."""
        lines = [f"# {self.say('recognition.paper', person=person)}", "", self.say("recognition.machine"), ""]
        lines += [
            f"{self.say('recognition.paper_day')}: {self.date(day).rstrip('.')}. {self.say(f'lawpage.floor.{prepared.floor}')}.",
            "",
            self.held(prepared.held),
        ]
        for one in prepared.tiers:
            lines += [
                "",
                f"## {one.ground}. {self.title(one)}",
                "",
                f"**{self.tier(one)}**. {self.say('recognition.demand')}: {self.demand(one.demand)}.",
                "",
            ]
            for criterion in one.criteria:
                lines += self._criterion_lines(one, criterion, prepared.claims, claim)
        asked, ours = self.questions(prepared.questions), self.ours(prepared.questions)
        lines += ["", f"## {self.say('recognition.questions')}", "", *(f"* {question}" for question in asked)] if asked else []
        lines += ["", ours] if ours else []
        return "\n".join(lines) + "\n"

    def _criterion_lines(self, one: Tier, criterion: Criterion, claims: Mapping[bytes, ClaimView], claim: Callable[[ClaimView], str]) -> list[str]:
        words = self.criterion(one, criterion)
        mark = f" ({self.say('recognition.one_of')})" if criterion.one_of else ""
        lines = [f"* {words.text}{mark}: **{words.verdict}**"]
        for key, refs in (("lawpage.carried", criterion.refs), ("lawpage.against", criterion.against)):
            lines += [f"  * {self.say(key)}: {claim(claims[ref])}" for ref in refs if ref in claims]
        return lines

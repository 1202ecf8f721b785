"""Finds places, bodies, courts, articles, terms and sums among the words of one sentence."""

import re
from collections.abc import Sequence
from typing import Final

from letapis.core.note_dates import DateWords
from letapis.core.note_names import Names, NameSpan, meets
from letapis.core.note_words import Token

_CHAIN: Final = frozenset({",", "и", "and", "/"})
_LONGEST_TERM: Final = 25  # years
_CODE_NUMBER: Final = re.compile(r"(\d{3})(?:[-.](\d))?\Z")
_DOTTED: Final = re.compile(r"(\d{1,2}\.\d{1,2})\Z")
_HALF: Final = re.compile(r"(\d{1,2})[.,]5\Z")


class NameReader:
    """Finds the names of one sentence, each token in at most one of them."""

    def __init__(self, names: Names, dates: DateWords, found: Sequence[Token]) -> None:
        self._names, self._dates, self._found = names, dates, found

    def spans(self) -> list[NameSpan]:
        spans: list[NameSpan] = []
        i = 0
        while i < len(self._found):
            for reader in (self._article, self._place, self._phrase, self._length, self._fine, self._judge):
                span = reader(i)
                if span is not None:
                    spans.append(span)
                    i = span.last
                    break
            i += 1
        return self._bare_articles([span for span in spans if span.kind != "district" or self._is_court(span)])

    def _is_court(self, span: NameSpan) -> bool:
        """A district is a court's where the sentence speaks of a court or of days of arrest, and no police station follows."""
        after = self._found[span.last + 1] if span.last + 1 < len(self._found) else None
        court = any(self._names.means(token, "court", "arrest_days") for token in self._found)
        return court and not (after is not None and self._names.means(after, "police"))

    # ---- places ------------------------------------------------------------------------------------------------------

    def _place(self, i: int) -> NameSpan | None:
        """``СІЗА-1``, ``ИК № 15``, ``сизо 1``, ``ІЧУ Баранавічы``."""
        token = self._found[i]
        kind = self._names.types.get(token.text)
        at = i + 1
        while at < len(self._found) and self._found[at].text in ("-", "–", "№", "#", "no", "n", ".", "номер"):
            at += 1
        if kind and at < len(self._found) and self._found[at].text.isdecimal() and len(self._found[at].text) < 3 and not self._is_counted(at):
            label = self._names.numbered.get((kind, int(self._found[at].text)))
            town = at + 1 < len(self._found) and self._found[at + 1].word and self._names.town(self._found[at + 1].text)
            return NameSpan("place" if label else "unknown", label or "", i, at + 1 if town else at)
        town_type = self._names.town_types.get(token.text)
        if town_type:
            at = i + 2 if i + 1 < len(self._found) and self._found[i + 1].text in ("у", "в", "г", "м", "(") else i + 1
            town = self._names.town(self._found[at].text) if at < len(self._found) else ""
            return NameSpan("place", f"{town_type}, {town}", i, at) if town else None
        return self._located(i) or self._town_alone(i)

    def _is_counted(self, at: int) -> bool:
        """«у калоніі 3 лістапада», "in prison 5 years": the number belongs to what follows."""
        after = self._found[at + 1] if at + 1 < len(self._found) else None
        if after is None or not after.word:
            return False
        return self._dates.month(after.text) > 0 or self._names.means(after, "days", "months", "years", "arrest_days")

    def _located(self, i: int) -> NameSpan | None:
        """«гомельскае СІЗА», «сизо в Барановичах», "Hrodna prison": the only place of its kind in the town."""
        kind, town, last = self._kind(i), "", i
        if kind:
            for at in range(i + 1, min(i + 4, len(self._found))):
                if town := self._names.town(self._found[at].text):
                    last = at
                    break
                if self._found[at].text not in self._names.words["inside"]:
                    break
        elif (town := self._names.town(self._found[i].text)) and i + 1 < len(self._found):
            at = i + 1
            while at + 1 < len(self._found) and self._names.means(self._found[at], "women", "inside"):
                at += 1
            kind, last = self._kind(at), at
        label = self._names.located.get((kind, town)) if kind and town else None
        return NameSpan("place", label, i, last) if label else None

    def _kind(self, i: int) -> str:
        kind = self._names.located_types.get(self._found[i].text, "")
        return "women" if kind == "colony" and i and self._names.means(self._found[i - 1], "women") else kind

    def _town_alone(self, i: int) -> NameSpan | None:
        """A town that is known for its one place; only behind a word for "in", "to" or "from", and never sure."""
        if not i or not self._names.means(self._found[i - 1], "towards"):
            return None
        label = self._names.alone.get(self._names.town(self._found[i].text))
        return NameSpan("place", label, i, i, sure=False) if label else None

    def _phrase(self, i: int) -> NameSpan | None:
        best: NameSpan | None = None
        for rest, kind, value in self._names.beginning(self._found[i].text):
            last = i + len(rest)
            fits = last < len(self._found) and all(meets(self._found[i + 1 + n].text, wanted) for n, wanted in enumerate(rest))
            if fits and (best is None or last > best.last):
                best = NameSpan(kind, value, i, last)
        if best and best.kind == "district" and not self._found[i].capital:
            return None
        return best

    def _judge(self, i: int) -> NameSpan | None:
        """``суддзя Выдумка``, ``judge A. Vydumka``: the office and the capitalised words after it, as they were written."""
        if not self._names.means(self._found[i], "judge"):
            return None
        last = i
        for at in range(i + 1, min(i + 5, len(self._found))):
            token = self._found[at]
            if token.word and (token.capital or len(token.text) == 1):
                last = at
            elif token.text != ".":
                break
        return NameSpan("judge", "", i, last) if last > i else None

    # ---- articles ----------------------------------------------------------------------------------------------------

    def _article(self, i: int) -> NameSpan | None:
        """``арт. 342 ч. 1``, ``ч.1 ст.342``, ``Part 2 of Art. 293``: all articles of the list that follows, in one span."""
        at, part = i, ""
        if self._names.means(self._found[i], "part"):
            part, at = self._part(i)
            at = self._skip(at, (".", "of", ","))
            if not part:
                return None
        if at >= len(self._found) or not self._names.means(self._found[at], "article"):
            return None
        at = self._skip(at + 1, (".", ":"))
        codes, last = [], -1
        while at < len(self._found) and self._found[at].number:
            more, end = self._part(at + 1)
            code = self._code(at, self._is_criminal(), more or part)
            if not code:
                break
            codes.append(code)
            part, last = "", end - 1 if more else at
            at = self._skip(last + 1, (",", "и", "and", "/", "&", ";"))
            if at == last + 1:
                break
        return NameSpan("article", "; ".join(dict.fromkeys(codes)), i, last) if codes else None

    def _bare_articles(self, spans: list[NameSpan]) -> list[NameSpan]:
        """``14 сутак, 19.11``, ``361-4``: numbers of articles without the word, where nothing else in the line can be meant."""
        taken = {n for span in spans for n in range(span.first, span.last + 1)}
        context = any(span.kind in ("arrest", "fine", "days") for span in spans) or any(
            self._names.means(token, "administrative", "arrest_days", "court") for token in self._found
        )
        bare: list[NameSpan] = []
        for i, token in enumerate(self._found):
            if i in taken or not token.number or (i and self._dates.means(self._found[i - 1].text, "since") and self._found[i - 1].text != "ад"):
                continue
            chained = bool(bare) and bare[-1].last == i - 2 and self._found[i - 1].text in _CHAIN and token.text in self._names.criminal
            if not (chained or self._is_criminal_number(i) or (context and _DOTTED.match(token.text))):
                continue
            part, end = self._part(i + 1)
            code = self._code(i, False, part)
            if code:
                bare.append(NameSpan("article", code, i, end - 1 if part else self._after_ordinal(i)))
        return sorted([*spans, *bare], key=lambda span: span.first)

    def _after_ordinal(self, i: int) -> int:
        """The last token of «130-й», «411-я»."""
        ends = i + 2 < len(self._found) and self._found[i + 1].text == "-" and self._names.means(self._found[i + 2], "ordinal")
        return i + 2 if ends else i

    def _is_criminal_number(self, i: int) -> bool:
        """``361-4``, or ``па 411`` where no word follows that could be counted."""
        text = self._found[i].text
        if text not in self._names.criminal:
            return False
        end = self._after_ordinal(i) + 1
        after = self._found[end] if end < len(self._found) else None
        if self._part(end)[0]:
            return True
        plain = after is not None and self._names.means(after, "part", "criminal", "and")
        counted = after is not None and after.word and not plain
        return "-" in text or (end > i + 1 and not counted) or (i > 0 and self._names.means(self._found[i - 1], "by_article") and not counted)

    def _code(self, at: int, criminal: bool, part: str) -> str:
        text = self._found[at].text
        if text in self._names.administrative:
            return self._names.administrative[text] + (f"({part})" if part else "")
        match = _CODE_NUMBER.match(text)
        if not match:
            return ""
        code = match[1] + (f"-{match[2]}" if match[2] else "")
        if code not in self._names.criminal and not criminal:
            return ""
        return f"CC1999 {code}" + (f"({part})" if part else "")

    def _is_criminal(self) -> bool:
        return any(self._names.means(token, "criminal") for token in self._found)

    def _part(self, at: int) -> tuple[str, int]:
        """``ч.1`` or ``(1)`` at a token: the number and the token after it."""
        if at < len(self._found) and self._found[at].text == "(" and at + 2 < len(self._found) and self._found[at + 2].text == ")":
            number = self._found[at + 1].text
            return (number, at + 3) if number.isdecimal() and len(number) == 1 else ("", at)
        at = self._skip(at, (",",)) if at + 1 < len(self._found) and self._names.means(self._found[at + 1], "part") else at
        if at >= len(self._found) or not self._names.means(self._found[at], "part"):
            return "", at
        after = self._skip(at + 1, (".",))
        if after < len(self._found) and self._found[after].text.isdecimal() and len(self._found[after].text) == 1:
            return self._found[after].text, after + 1
        return "", at

    def _skip(self, at: int, signs: tuple[str, ...]) -> int:
        while at < len(self._found) and self._found[at].text in signs:
            at += 1
        return at

    # ---- lengths and sums --------------------------------------------------------------------------------------------

    def _length(self, i: int) -> NameSpan | None:
        """``14 сутак`` (arrest), ``10 days``, ``2 года 6 месяцев``, ``2,5 года`` (term in months); not before "ago"."""
        token = self._found[i]
        if token.text in self._names.terms:
            return NameSpan("term", self._names.terms[token.text], i, i)
        if self._names.means(token, "half") and i + 1 < len(self._found) and self._names.means(self._found[i + 1], "years"):
            return NameSpan("term", "18", i, i + 1)
        if self._names.means(token, "one_year") and i + 1 < len(self._found) and self._found[i + 1].text.startswith(self._names.served):
            return NameSpan("term", "12", i, i)
        regime = i + 1 < len(self._found) and self._names.means(self._found[i + 1], "regimes")
        if half := _HALF.match(token.text):
            fits = i + 1 < len(self._found) and (regime or self._names.means(self._found[i + 1], "years"))
            if regime:
                return NameSpan("term", str(int(half[1]) * 12 + 6), i, i)
            return NameSpan("term", str(int(half[1]) * 12 + 6), i, i + 1) if fits else None
        count = self._dates.count(token)
        if not count or i + 1 >= len(self._found):
            return None
        unit = self._found[i + 1]
        if regime:
            return NameSpan("term", str(12 * count), i, i) if count <= _LONGEST_TERM else None
        if i + 2 < len(self._found) and self._dates.means(self._found[i + 2].text, "ago"):
            return None
        if i + 3 < len(self._found) and self._names.means(self._found[i + 2], "with_half") and self._names.means(self._found[i + 3], "years"):
            return NameSpan("term", str(count * 12 + 6), i, i + 3)
        if self._names.means(unit, "arrest_days"):
            if i and self._found[i - 1].text == "+":
                return None
            return NameSpan("arrest", str(count), i, i + 1)
        if self._names.means(unit, "days"):
            at = self._skip(i + 2, ("'", "\u2019", "of", "administrative"))
            arrest = at < len(self._found) and self._names.means(self._found[at], "arrest")
            return NameSpan("arrest", str(count), i, at) if arrest else NameSpan("days", str(count), i, i + 1)
        if self._names.means(unit, "months"):
            return NameSpan("term", str(count), i, i + 1)
        if self._names.means(unit, "years"):
            return self._years(i, count)
        return None

    def _years(self, i: int, count: int) -> NameSpan:
        at = self._skip(i + 2, ("и", "and", ","))
        more = self._dates.count(self._found[at]) if at + 1 < len(self._found) and self._names.means(self._found[at + 1], "months") else 0
        return NameSpan("term", str(count * 12 + more), i, at + 1 if more else i + 1)

    def _fine(self, i: int) -> NameSpan | None:
        token = self._found[i]
        if not (token.number and token.text.isdecimal() and i + 1 < len(self._found)):
            return None
        if self._names.means(self._found[i + 1], "base"):
            return NameSpan("fine_base", token.text, i, i + 1)
        return NameSpan("fine", token.text, i, i + 1) if self._names.means(self._found[i + 1], "roubles") else None

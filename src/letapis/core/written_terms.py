"""Terms of punishment as lists write them, in months: "4 1/2 years", «4,5 гады», ``1½ года``, "2 years 6 months"."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

_HALVES: Final = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
_AMOUNT: Final = r"(?P<whole>\d{1,3}(?:[.,]\d{1,2})?)?\s*(?:(?:and\s+)?(?P<top>\d{1,2})\s*[/⁄]\s*(?P<bottom>\d{1,2})|(?P<sign>[½¼¾⅓⅔]))?"
_YEARS: Final = r"years?|yrs?|y|год[а-яіў]*|гад[а-яіў]*|лет|г{1,2}\.?|л\."
_MONTHS: Final = r"months?|mos?|месяц[а-яіў]*|месяц[а-я]*|мес\.?"
# Nothing that a dash is set to: "3-5 years" is not five, and no term is less than nothing.
_TERM: Final = re.compile(rf"(?<![\d.,/\-−–]){_AMOUNT}\s*-?\s*(?:(?P<years>{_YEARS})|(?P<months>{_MONTHS}))(?![^\W\d_])", re.IGNORECASE)
_LONGEST: Final = 1200


def months_of(text: str) -> Decimal | int | None:
    """Months of a term; None where the text tells of none. A sum of its years and months; a term without end is none."""
    total, found = Fraction(0), False
    for match in _TERM.finditer(text):
        amount = _amount(match)
        if amount is None:
            continue
        total += amount * (12 if match["years"] else 1)
        found = True
    if not found or not 0 < total <= _LONGEST:
        return None
    if total.denominator == 1:
        return total.numerator
    return round(Decimal(total.numerator) / Decimal(total.denominator), 2).normalize()


def _amount(match: "re.Match[str]") -> Fraction | None:
    whole, top, bottom, sign = match["whole"], match["top"], match["bottom"], match["sign"]
    if whole is None and top is None and sign is None:
        return None
    amount = Fraction(whole.replace(",", ".")) if whole else Fraction(0)
    if top is not None:
        if not int(bottom):
            return None
        amount += Fraction(int(top), int(bottom))
    return amount + _HALVES[sign] if sign else amount

"""An invented export like Viasna's, as long as one likes: 23 columns, one file a language, and every quirk that a correct import has to live with.

The numbers follow from the row alone, so that the same row is the same in every run and in every file. Of a thousand rows three share a page
with the one before, two say what the row before says, one is empty and one is broken; one of ten lacks half of its values.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_COLUMNS: Final = (
    "id,url,name,status,gender,photo,description,birthday,arrested,articles,prison,declaration,decision,penalty,judge,councel,"
    "penalty_start_date,release_date,verdict_date,appeal_date,fake_terrorist_list,died,clusters"
)
COLUMNS: Final = tuple(_COLUMNS.split(","))
_CYRILLIC: Final = "ба бе во га да жа зу ка ла лі ма мо на не па ра ры са та ту ха ца ша ву ды по се ні ко зі"
_SPELT: Final = "ba bie vo ha da zha zu ka la li ma mo na nie pa ra ry sa ta tu kha tsa sha vu dy po sie ni ko zi"
_SYLLABLES, _LATIN = _CYRILLIC.split(), _SPELT.split()
_GIVEN: Final = (
    ("Alena", "Алена", "Елена"),
    ("Maksim", "Максім", "Максим"),
    ("Yauhen", "Яўген", "Евгений"),
    ("Natallia", "Наталля", "Наталья"),
    ("Ihar", "Ігар", "Игорь"),
    ("Katsiaryna", "Кацярына", "Екатерина"),
    ("Dzmitry", "Дзмітрый", "Дмитрий"),
    ("Siarhei", "Сяргей", "Сергей"),
    ("Volha", "Вольга", "Ольга"),
    ("Uladzimir", "Уладзімір", "Владимир"),
)
_ENDINGS: Final = (("enka", "енка", "енко"), ("ovich", "овіч", "ович"), ("ski", "скі", "ский"), ("chuk", "чук", "чук"))
_ARTICLES: Final = (
    "Art. 342 of the Criminal Code — Organization and preparation of actions that grossly violate public order",
    "Part 2 of Art. 293 of the Criminal Code — Participation in riots",
    "Art. 369 of the Criminal Code — Insulting a government official",
    "Part 1 of Art. 368 of the Criminal Code — Insulting the President",
    "Part 1 of Article 13 and Article 293 of the Criminal Code — Preparation for mass riots",
    "Art. 361-1 of the Criminal Code — Creation of an extremist formation",
    "Art. 130: Incitement of enmity",
)
_DECISIONS: Final = ("3 years", "4 1/2 years", "18 months", "2 years", "6 years", "500 base value", "1 1/2 years")
_PENALTIES: Final = (
    ("imprisonment in a general-security penal colony", "пазбаўленне волі ў калоніі агульнага рэжыму", "лишение свободы в колонии общего режима"),
    (
        "imprisonment in a medium-security penal colony",
        "пазбаўленне волі ў калоніі ўзмоцненага рэжыму",
        "лишение свободы в колонии усиленного режима",
    ),
    ("restricted freedom under home confinement", "абмежаванне волі без накіравання", "ограничение свободы без направления"),
    ("fine", "штраф", "штраф"),
)
_TITLES: Final = ("Penal colony No. {}", "Папраўчая калонія № {}", "Исправительная колония № {}")
_LANGUAGES: Final = ("en", "be", "ru")


def write(folder: Path, rows: int, joined: int = 0, newer: bool = False) -> list[Path]:
    """The English file of ``rows`` rows, and where ``joined`` says so a Belarusian and a Russian one of so many of them. In a ``newer`` version
    one row of a hundred says something else, one of a thousand went and as many came."""
    paths = []
    for language, count in zip(_LANGUAGES, (rows, joined, joined), strict=True):
        if count:
            path = folder / f"export.{language}.csv"
            with path.open("w", encoding="utf-8", newline="") as out:
                sheet = csv.writer(out)
                sheet.writerow(COLUMNS)
                sheet.writerows(_lines(count, _LANGUAGES.index(language), newer))
            paths.append(path)
    return paths


def _lines(count: int, language: int, newer: bool) -> Iterator[Sequence[str]]:
    for number in range(count):
        if newer and number % 1000 == 77:
            yield _row(10_000_000 + number, language)
            continue
        row = _row(number, language)
        if newer and number % 100 == 50:
            row[COLUMNS.index("status")] = "former" if row[COLUMNS.index("status")] != "former" else "np"
        yield row
        if number % 1000 in (401, 802):
            yield row
        elif number % 1000 == 603:
            yield [""] * len(COLUMNS)
        elif number % 1000 == 704:
            yield row[:5]


def _row(number: int, language: int) -> list[str]:
    dice = random.Random(number)
    given, ending = dice.choice(_GIVEN), dice.choice(_ENDINGS)
    stem = [dice.randrange(len(_LATIN)) for _ in range(3)]
    family = "".join((_SYLLABLES if language else _LATIN)[at] for at in stem).capitalize() + ending[language]
    page = number - 1 if number % 1000 in (111, 444, 888) else number
    year, month = 2020 + dice.randrange(6), 1 + dice.randrange(12)
    colony, judge = 1 + dice.randrange(40), dice.randrange(300)
    penalty = dice.choice(_PENALTIES)[language]
    told = {
        "id": str(90_000 + number),
        "url": f"https://prisoners.example/{_LANGUAGES[language]}/person/p-{page}",
        "name": f"{given[language]} {family}" if number % 97 else f"{family}\u00a0{given[language]}",
        "status": dice.choice(("active", "former", "np")),
        "gender": dice.choice(("male", "female")),
        "photo": f"https://prisoners.example/files/{number}.jpg",
        "description": "=1+1 INVENTED PERSON, test data" if number % 50 == 9 else "INVENTED PERSON, test data",
        "birthday": f"{1950 + dice.randrange(55)}-{1 + dice.randrange(12):02d}-{1 + dice.randrange(28):02d}",
        "arrested": f"{year}-{month:02d}-{1 + dice.randrange(28):02d}" if number % 30 else f"{year}-{month:02d}",
        "articles": "\n".join(dict.fromkeys(dice.choices(_ARTICLES, k=1 + dice.randrange(3)))),
        "prison": _TITLES[language].format(colony) + "\n000000, Test town, vulica Prykladnaja 1",
        "declaration": "",
        "decision": dice.choice(_DECISIONS),
        "penalty": penalty,
        "judge": _judge(judge, language) if number % 20 else f"{_judge(judge, language)}, {_judge(judge + 1, language)}",
        "councel": "Test Counsel",
        "penalty_start_date": f"{year}-{month:02d}-{1 + dice.randrange(28):02d}",
        "release_date": f"{year + 1 + dice.randrange(8)}-05-01" if number % 3 == 0 else "",
        "verdict_date": f"{year + 1}-{month:02d}-{1 + dice.randrange(28):02d}" if year < 2025 else "2026",
        "appeal_date": f"{year + 1}-{month:02d}-28" if year < 2025 else "",
        "fake_terrorist_list": "1" if number % 4 == 0 else "FALSE",
        "died": "1" if number % 500 == 7 else "",
        "clusters": f"The invented group case {number % 700}\nTest town" if number % 2 else "Test town",
    }
    if number % 10 == 3:
        for column in ("birthday", "prison", "judge", "appeal_date", "clusters"):
            told[column] = ""
    return [told[column] for column in COLUMNS]


def _judge(number: int, language: int) -> str:
    at = number % 30, number // 30 % 30
    family = "".join((_SYLLABLES if language else _LATIN)[one] for one in at).capitalize() + _ENDINGS[number % 4][language]
    return f"{_GIVEN[number % 10][language]} {family}"

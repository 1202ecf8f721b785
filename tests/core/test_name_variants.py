"""Several forms of one name in one cell of a list, taken apart without a word that the cell does not hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.name_variants import MOST, variants


@pytest.mark.parametrize(
    ("cell", "forms"),
    [
        ("Ivan Ivanavich PRYKLAD", ["Ivan Ivanavich PRYKLAD"]),
        ("Ivan Ivanavich PRYKLAD (Yan Ivanavich PRYKLAD)", ["Ivan Ivanavich PRYKLAD", "Yan Ivanavich PRYKLAD"]),
        ("Iury (Yuri) Ivanavich PRYKLAD", ["Iury Ivanavich PRYKLAD", "Yuri Ivanavich PRYKLAD"]),
        ("Alena Ivanauna PRYKLAD (VYDUMKA)", ["Alena Ivanauna PRYKLAD", "Alena Ivanauna VYDUMKA"]),
        ("Iury Ivanavich PRYKLAU (Yuri Ivanavich PRYKLAU, PRYKLOU)", ["Iury Ivanavich PRYKLAU", "Yuri Ivanavich PRYKLAU", "Yuri Ivanavich PRYKLOU"]),
        ("Юрый Іванавіч ПРЫКЛАЎ, ПРЫКЛОЎ", ["Юрый Іванавіч ПРЫКЛАЎ", "Юрый Іванавіч ПРЫКЛОЎ"]),
        ("Siarhei Ivanavich, VYDUMKA", ["Siarhei Ivanavich VYDUMKA"]),
        ("Ivan PRYKLAD/PRYKLOD", ["Ivan PRYKLAD", "Ivan PRYKLOD"]),
        ("Ivan Ivanavich PRYKLAD Ioann Ivanovich PRIKLAD", ["Ivan Ivanavich PRYKLAD", "Ioann Ivanovich PRIKLAD"]),
        ("Vydumka (Russian spelling: Выдумка)", ["Vydumka", "Выдумка"]),
        ("", []),
    ],
)
def test_each_form_is_a_whole_name(cell: str, forms: list[str]) -> None:
    assert list(variants(cell)) == forms


@given(st.text(alphabet="Iva ПРYK(),/й", max_size=60))
def test_no_word_is_made_up_and_the_number_has_a_limit(cell: str) -> None:
    said = set(re.split(r"[\s(),/]+", cell))
    found = variants(cell)
    assert len(found) <= MOST
    assert all(set(re.split(r"[\s(),/]+", form)) <= said | {""} for form in found)

"""Which form of a word goes with a number: two in English, three in Belarusian and Russian (CLDR plural rules, whole numbers)."""


def plural(language: str, count: int) -> str:
    """``one``, ``few``, ``many`` or ``other``: the key under which a text with a number stands in a data file."""
    if language == "en":
        return "one" if count == 1 else "other"
    last, teens = count % 10, count % 100 in (11, 12, 13, 14)
    if last == 1 and not teens:
        return "one"
    return "few" if last in (2, 3, 4) and not teens else "many"


FORMS = {"en": ("one", "other"), "be": ("one", "few", "many"), "ru": ("one", "few", "many")}
"""The forms that a text needs in each language."""

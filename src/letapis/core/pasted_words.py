"""What pasted lists of people look like, in Belarusian, Russian and English: bullets, headings of tables, words for how many."""

import re
from typing import Final

from letapis.core.daysheet import ABOUT

BULLET: Final = re.compile(r"\s*(?:(?:№\s*)?[0-9]{1,4}\s*[.)\]](?=\s|[^\W\d_])|[-–—•*·▪●]+\s)\s*")
SIGN: Final = re.compile(r"\s*[^\w\s\"'«»(=@+~≈#№.,;:/\\-]{1,8}\s*")
INDEX: Final = re.compile(r"(?:№\s*)?[0-9]{1,4}\s*[.)]?")
LABEL: Final = re.compile(r"\s*[^\d:,;\t]{3,60}:(?=\s)\s*")
BREAK: Final = re.compile(r"[,;|()\[\]—]+|\s[–-]{1,2}\s|\s(?:і|и|ды|and)\s+(?=[^\W\d_a-zа-яёіў])")
TAIL: Final = re.compile(rf"(?P<head>.+?)\s+(?P<tail>(?:{ABOUT}\s*)?[0-9~+][^\s].*|[0-9])", re.IGNORECASE)
TOWN: Final = re.compile(r"(?:г|м|в|д|аг|гп|г\.п|пос|пас)\.\s*[^\W\d_].*", re.IGNORECASE)
NUMBER: Final = rf"(?P<about>{ABOUT}\s*|(?:больш|больше|больш за|более|не менш за|не менее|over|more than|at least)\s+)?(?P<total>[0-9]{{1,5}})"
PEOPLE: Final = r"(?:чал(?:авек\w*|\.)?|чел(?:овек\w*|\.)?|люд\w+|асоб\w*|people|persons?|detain\w+|detention\w*|затрыма\w+|задержа\w+|arrest\w+)"
OF_THEM: Final = r"(?:of\s+(?:them|whom)|з\s+іх|из\s+них)"
AGAIN: Final = NUMBER.replace("<about>", "<about2>").replace("<total>", "<total2>")  # the same number, before its noun
TOTAL: Final = re.compile(
    rf"(?:усяго|агулам|разам|всего|итого|total)\D{{0,30}}?{NUMBER}(?![0-9.])|{AGAIN}\s*(?:{PEOPLE}|,\s*(?:[0-9]{{1,5}}\s*)?{OF_THEM})",
    re.IGNORECASE,
)
NAMED: Final = re.compile(rf"(?P<a>[0-9]{{1,5}})\s*(?:{OF_THEM}|вядом\w+|известн\w+|named)|{OF_THEM}\D{{0,30}}?(?P<b>[0-9]{{1,5}})", re.IGNORECASE)
WORDS: Final = {
    "двое": 2, "двух": 2, "two": 2, "трое": 3, "трох": 3, "трёх": 3, "three": 3, "четверо": 4, "чацвёра": 4, "four": 4,
    "пятеро": 5, "пяцёра": 5, "five": 5, "шестеро": 6, "шасцёра": 6, "six": 6, "семеро": 7, "сямёра": 7, "seven": 7,
}  # fmt: skip
MORE: Final = re.compile(
    rf"(?:[,;.]\s*)?(?:\b(?:і|и|ды|and)\s+)?(?:\b(?:яшчэ|ещё|еще|another)\s+(?P<about>{ABOUT}\s*)?(?P<more>[0-9]{{1,4}})|"
    rf"\b(?:яшчэ|ещё|еще|another)\s+(?P<word>{'|'.join(WORDS)})\b|(?P<about2>{ABOUT}\s*)?\b(?P<more2>[0-9]{{1,4}})\s+(?:more|others)\b|(?<!\S)\+\s?(?P<more3>[0-9]{{1,3}})(?=\s*(?:{PEOPLE}|\Z)))(?:\s*{PEOPLE})?",
    re.IGNORECASE,
)
OF_PEOPLE: Final = re.compile(rf"усяго|агулам|всего|итого|total|затрым|задерж|detain|detention|{OF_THEM}", re.IGNORECASE)
DETENTIONS: Final = re.compile(r"затрыманняў|задержаний|detentions|arrests", re.IGNORECASE)
NO_NAMES: Final = (
    "цэнтр", "центр", "суд", "раён", "район", "вул", "ул.", "улиц", "плошч", "площад", "спіс", "список", "затрыман", "задержан", "list",
    "акрэсцін", "окрестин",
)  # fmt: skip
FORMULA: Final = ("=", "@")
COLUMNS: Final = {
    "number": ("№", "#", "n", "no", "№ п/п", "нумар", "номер"),
    "name": ("імя", "имя", "name", "фіа", "фио", "піб", "full name", "прозвішча", "прозвішча і імя", "прозвішча, імя", "фамилия", "surname",
             "фамилия, имя", "фамилия и имя", "last name", "first name", "імя па бацьку", "отчество", "patronymic", "хто", "кто", "who"),
    "age": ("узрост", "возраст", "age", "год нараджэння", "год рождения", "дата нараджэння", "дата рождения", "date of birth", "born", "г.н.",
            "г.р."),
    "article": ("артыкул", "статья", "article", "арт.", "ст.", "charge", "абвінавачанне", "обвинение"),
    "place": ("месца", "место", "place", "горад", "город", "town", "city", "населены пункт", "дзе", "где"),
    "remark": ("заўвага", "заўвагі", "примечание", "примечания", "remark", "remarks", "note", "notes", "каментар", "комментарий", "comment"),
}  # fmt: skip
COLUMN_OF: Final = {word: column for column, words in COLUMNS.items() for word in words}

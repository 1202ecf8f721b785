"""Spellings of invented people by the rules of alphabets and languages, and people who are not one: pairs by kind, for a floor under each.

A table of a system is what its standard says of letters; where it writes е, ё, ю, я otherwise behind a consonant, ``joined`` says how. All
people are invented, and so are their surnames.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

Pair = tuple[str, str]

# Belarusian, Russian, Ukrainian: given, father's, family name.
_PEOPLE: Final = """
Мікалай Рыгоравіч Прыкладоўскі|Николай Григорьевич Прикладовский|Микола Григорович Прикладовський
Святлана Яўгенаўна Нібытоўская|Светлана Евгеньевна Нибытовская|Світлана Євгенівна Нибитовська
Уладзімір Аляксандравіч Выдумчанка|Владимир Александрович Выдумченко|Володимир Олександрович Видумченко
Вольга Мікалаеўна Жартаўцова|Ольга Николаевна Жартовцова|Ольга Миколаївна Жартовцова
Дзмітрый Уладзіміравіч Хлусевіч|Дмитрий Владимирович Хлусевич|Дмитро Володимирович Хлусевич
Яўген Пятровіч Гадаўкоў|Евгений Петрович Гадовков|Євген Петрович Гадовков
Кацярына Сяргееўна Цацачкіна|Екатерина Сергеевна Цацечкина|Катерина Сергіївна Цацечкіна
Аляксей Міхайлавіч Шчабяцюк|Алексей Михайлович Щебетюк|Олексій Михайлович Щебетюк
Ганна Юр'еўна Дзядзюля|Анна Юрьевна Дядюля|Ганна Юріївна Дядюля
Андрэй Васільевіч Ныраб'ёў|Андрей Васильевич Ныробьёв|Андрій Васильович Нироб'йов
Ірына Анатольеўна Ячнянёва|Ирина Анатольевна Ячнянёва|Ірина Анатоліївна Ячняньова
Павел Ігаравіч Чыжэўнік|Павел Игоревич Чижевник|Павло Ігорович Чижевник
Таццяна Віктараўна Мармытуха|Татьяна Викторовна Мормытуха|Тетяна Вікторівна Мормитуха
Сяргей Леанідавіч Ягадзінец|Сергей Леонидович Ягодинец|Сергій Леонідович Ягодинець
Наталля Іванаўна Кляшчанкова|Наталья Ивановна Клещенкова|Наталія Іванівна Клещенкова
Віталь Генадзевіч Рэзгаль|Виталий Геннадьевич Резгаль|Віталій Геннадійович Резгаль
Алена Вячаславаўна Сцяпурка|Елена Вячеславовна Степурко|Олена В'ячеславівна Степурко
Юрый Фёдаравіч Гузьнік|Юрий Фёдорович Гузьник|Юрій Федорович Гузьник
Людміла Аркадзьеўна Бубяніцкая|Людмила Аркадьевна Бубеницкая|Людмила Аркадіївна Бубеницька
Ігар Валянцінавіч Эйхартоўскі|Игорь Валентинович Эйхартовский|Ігор Валентинович Ейхартовський
"""
PEOPLE: Final = tuple(tuple(tuple(side.split()) for side in line.split("|")) for line in _PEOPLE.strip().splitlines())

_VOWELS: Final = frozenset("аеёіоуыэюяиєї")
_SOFTENING: Final = frozenset("яеёюіь")


@dataclass(frozen=True)
class System:
    """A romanisation. ``joined``: е, ё, ю, я behind a consonant; ``soft``: a consonant with ь; ``hard_l``: л where nothing softens it."""

    letters: str
    joined: str = ""
    soft: str = ""
    hard_l: str = "l"

    def spelt(self, name: Sequence[str]) -> str:
        return " ".join(self.word(word) for word in name)

    def word(self, word: str) -> str:
        plain, joined, soft = (dict(one.split("=") for one in part.split()) for part in (self.letters, self.joined, self.soft))
        low, out, at = word.lower(), [], 0
        while at < len(low):
            letter, before, after = low[at], low[at - 1 : at] if at else "", low[at + 1 : at + 2]
            if letter + after in soft:
                out.append(soft[letter + after])
                at += 1
            elif letter in joined and before and before not in _VOWELS and before not in "ьъ'ўй":
                out.append(joined[letter][1:] if before == "л" and self.hard_l == "ł" else joined[letter])
            elif letter == "л":
                out.append("l" if after in _SOFTENING and after else self.hard_l)
            else:
                out.append(plain.get(letter, letter))
            at += 1
        return "".join(out).capitalize()


_COMMON: Final = "а=a б=b д=d з=z к=k м=m н=n о=o п=p р=r с=s т=t ф=f "
_HUSHED: Final = "ж=zh х=kh ц=ts ч=ch ш=sh "
_CARONS: Final = "ж=ž ч=č ш=š ц=c "
BELARUSIAN: Final = {
    "BGN/PCGN 1979": System(_COMMON + _HUSHED + "в=v г=h е=ye ё=yo і=i й=y у=u ў=w ы=y ь=’ э=e ю=yu я=ya '=”"),
    "passport (MVD 2010, ICAO)": System(_COMMON + _HUSHED + "в=v г=h е=ye ё=yo і=i й=i у=u ў=u ы=y ь= э=e ю=yu я=ya '=", "е=ie ё=io ю=iu я=ia"),
    "register (MVD 2008)": System(_COMMON + _HUSHED + "в=v г=h е=je ё=jo і=i й=j у=u ў=w ы=y ь= э=e ю=ju я=ja '=", "е=ie ё=io ю=iu я=ia"),
    "national 2007": System(
        _COMMON + _CARONS + "в=v г=h х=ch е=je ё=jo і=i й=j у=u ў=ŭ ы=y ь= э=e ю=ju я=ja '=", "е=ie ё=io ю=iu я=ia", "сь=ś зь=ź ць=ć нь=ń ль=ĺ"
    ),
    "national 2007 without marks": System(
        _COMMON + "ж=z ч=c ш=s ц=c в=v г=h х=ch е=je ё=jo і=i й=j у=u ў=u ы=y ь= э=e ю=ju я=ja '=", "е=ie ё=io ю=iu я=ia", "сь=s зь=z ць=c нь=n ль=l"
    ),
    "Łacinka": System(
        _COMMON + _CARONS + "в=v г=h х=ch е=je ё=jo і=i й=j у=u ў=ŭ ы=y ь= э=e ю=ju я=ja '=", "е=ie ё=io ю=iu я=ia", "сь=ś зь=ź ць=ć нь=ń ль=l", "ł"
    ),
    "ISO 9": System(_COMMON + _CARONS + "в=v г=g х=h е=e ё=ë і=ì й=j у=u ў=ŭ ы=y ь=ʹ э=è ю=û я=â '=ʼ"),
    "GOST 7.79 B": System(_COMMON + "ж=zh х=x ц=cz ч=ch ш=sh в=v г=g е=e ё=yo і=i й=j у=u ў=u` ы=y` ь=` э=e` ю=yu я=ya '=’"),
    "ALA-LC": System(_COMMON + "ж=z͡h х=kh ц=t͡s ч=ch ш=sh в=v г=h е=e ё=i͡o і=i й=ĭ у=u ў=ŭ ы=y ь=ʹ э=ė ю=i͡u я=i͡a '=ʼ"),
    "Polish-like": System(
        _COMMON + "ж=ż ч=cz ш=sz ц=c в=w г=h х=ch е=je ё=jo і=i й=j у=u ў=u ы=y ь= э=e ю=ju я=ja '=", "е=ie ё=io ю=iu я=ia",
        "сь=ś зь=ź ць=ć нь=ń ль=l", "ł",
    ),
    "German-like": System(_COMMON + "ж=sch ч=tsch ш=sch ц=z в=w г=h х=ch е=je ё=jo і=i й=j у=u ў=u ы=y ь= э=e ю=ju я=ja '=", "е=e"),
    "French-like": System(_COMMON + "ж=j ч=tch ш=ch ц=ts в=v г=h х=kh е=ie ё=io і=i й=ï у=ou ў=ou ы=y ь= э=e ю=iou я=ia '=", "е=e"),
}  # fmt: skip
RUSSIAN: Final = {
    "Russian BGN": System(_COMMON + _HUSHED + "в=v г=g е=ye ё=yë и=i й=y у=u щ=shch ы=y ь=’ ъ=” э=e ю=yu я=ya", "е=e ё=ë"),
    "Russian passport (ICAO)": System(_COMMON + _HUSHED + "в=v г=g е=e ё=e и=i й=i у=u щ=shch ы=y ь= ъ=ie э=e ю=iu я=ia"),
    "Russian passport of 1997": System(_COMMON + _HUSHED + "в=v г=g е=e ё=e и=i й=y у=u щ=shch ы=y ь= ъ= э=e ю=yu я=ya"),
    "Russian ISO 9": System(_COMMON + _CARONS + "в=v г=g х=h е=e ё=ë и=i й=j у=u щ=ŝ ы=y ь=ʹ ъ=ʺ э=è ю=û я=â"),
    "Russian GOST 7.79 B": System(_COMMON + "ж=zh х=x ц=cz ч=ch ш=sh в=v г=g е=e ё=yo и=i й=j у=u щ=shh ы=y` ь=` ъ=`` э=e` ю=yu я=ya"),
    "Russian, Polish-like": System(
        _COMMON + "ж=ż ч=cz ш=sz щ=szcz ц=c в=w г=g х=ch е=je ё=jo и=i й=j у=u ы=y ь= ъ= э=e ю=ju я=ja", "е=ie ё=io ю=iu я=ia",
        "сь=ś зь=ź нь=ń ль=l", "ł",
    ),
    "Russian, German-like": System(_COMMON + "ж=sch ч=tsch ш=sch щ=schtsch ц=z в=w г=g х=ch е=je ё=jo и=i й=i у=u ы=y ь= ъ= э=e ю=ju я=ja", "е=e"),
    "Russian, French-like": System(_COMMON + "ж=j ч=tch ш=ch щ=chtch ц=ts в=v г=g х=kh е=ie ё=io и=i й=ï у=ou ы=y ь= ъ= э=e ю=iou я=ia", "е=e"),
}  # fmt: skip
UKRAINIAN: Final = {
    "Ukrainian (2010)": System(
        _COMMON + _HUSHED + "в=v г=h ґ=g е=e є=ye и=y і=i ї=yi й=y у=u щ=shch ь= ю=yu я=ya '=", "є=ie ю=iu я=ia ї=i"
    ),
}

# Letters that look alike, and those beside each other on the keyboard.
_LOOK: Final = str.maketrans("аеорсхукіАЕОРСХКМТНВ", "aeopcxykiAEOPCXKMTHB")
_LOOK_LATIN: Final = str.maketrans("aeopcxyAEOPCXKMTHB", "аеорсхуАЕОРСХКМТНВ")
_ROWS: Final = ("йцукенгшўзх", "фывапролджэ", "ячсмітьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SCANNED: Final = (("ш", "щ"), ("н", "и"), ("п", "л"), ("е", "с"), ("rn", "m"), ("l", "i"), ("u", "v"), ("h", "b"), ("c", "e"))
_PETS: Final = (
    ("Аляксандр", "Алесь"), ("Аляксандр", "Саша"), ("Александр", "Алесь"), ("Яўген", "Жэня"), ("Евгений", "Женя"), ("Мікалай", "Мікола"),
    ("Николай", "Коля"), ("Уладзімір", "Валодзя"), ("Владимир", "Вова"), ("Дзмітрый", "Зміцер"), ("Дмитрий", "Дима"), ("Сяргей", "Сяржук"),
    ("Сергей", "Серёжа"), ("Кацярына", "Каця"), ("Екатерина", "Катя"), ("Ганна", "Аня"), ("Наталля", "Наташа"), ("Святлана", "Света"),
    ("Таццяна", "Таня"), ("Вольга", "Оля"), ("Міхаіл", "Міхась"), ("Михаил", "Миша"), ("Іван", "Ваня"), ("Юрый", "Юрась"),
    ("Павел", "Паша"), ("Андрэй", "Андрусь"), ("Анастасія", "Наста"), ("Марыя", "Маша"), ("Вікторыя", "Віка"), ("Канстанцін", "Кастусь"),
    ("Віктар", "Віця"), ("Васіль", "Вася"), ("Пётр", "Пеця"), ("Людміла", "Люда"), ("Алена", "Лена"), ("Ірына", "Іра"),
    ("Aliaksandr", "Ales"), ("Siarhei", "Siarzhuk"), ("Alexander", "Sasha"), ("Yauheni", "Zhenia"), ("Dzmitry", "Zmicier"), ("Mikalai", "Mikola"),
    ("Аляксандра", "Саша"), ("Яўгенія", "Жэня"), ("Валянціна", "Валя"), ("Галіна", "Галя"), ("Надзея", "Надзя"), ("Маргарыта", "Рыта"),
    ("Рыгор", "Грыша"), ("Станіслаў", "Стась"), ("Мікіта", "Нікітка"), ("Максім", "Макс"), ("Леанід", "Лёня"), ("Генадзь", "Гена"),
    ("Віталь", "Віталік"), ("Аркадзь", "Аркаша"), ("Эдуард", "Эдзік"), ("Юлія", "Юля"), ("Дар'я", "Даша"), ("Лізавета", "Ліза"),
)  # fmt: skip
_TITLES: Final = (
    "д-р", "палкоўнік", "Mr", "полковник", "падпалкоўнік", "подполковник", "маёр", "капитан", "генерал-маёр", "Dr.", "Mrs.", "Col.", "суддзя",
    "судья", "пракурор", "прафесар", "Lt. Col.", "лейтенант", "спадар", "гр.", "Gen.", "Judge", "Major", "г-н",
)  # fmt: skip


def _latin_forms(name: Sequence[Sequence[str]]) -> Iterator[tuple[str, Callable[[Sequence[str]], str], Sequence[str]]]:
    for side, systems in zip(name, (BELARUSIAN, RUSSIAN, UKRAINIAN), strict=True):
        for title, system in systems.items():
            yield title, system.spelt, side


def one_person() -> Iterator[tuple[str, Pair]]:
    """Kind and pair: two spellings of one person."""
    for person in PEOPLE:
        be, ru, uk = person
        yield from ((kind, (" ".join(a), " ".join(b))) for kind, a, b in (("be, ru", be, ru), ("be, uk", be, uk), ("ru, uk", ru, uk)))
        spelt = [(title, spell(side), spell((side[0], side[2]))) for title, spell, side in _latin_forms(person)]
        for title, full, short in spelt:
            yield title, (" ".join(be), full)
            yield title, (f"{be[0]} {be[2]}", short)
            yield title, (" ".join(ru), full)
            yield title, (f"{ru[2]} {ru[0]}", short)
        for (_, one, _), (_, other, _) in combinations(spelt, 2):
            yield "Latin beside Latin", (one, other)
        for (_, one, _), (_, other, _) in combinations(spelt, 2):
            yield "Latin beside Latin, no father's name", (" ".join(one.split()[::2]), other)
        passport = BELARUSIAN["passport (MVD 2010, ICAO)"].spelt(be)
        for kind, first, second in _shapes(be, ru, passport):
            yield kind, (first, second)
    for whole, pet in _PETS:
        family = "Выдумчанка" if pet[1] >= "а" else "Vydumchanka"
        yield "pet form", (f"{whole} {family}", f"{pet} {family}")
        yield "pet form", (f"{whole} {family}", f"{family} {pet}")
    for number, title in enumerate(_TITLES):
        be, ru, _ = PEOPLE[number % len(PEOPLE)]
        yield "title or rank", (f"{title} {' '.join(be)}", f"{be[0]} {be[2]}")
        yield "title or rank", (f"{title} {ru[2]} {ru[0][0]}. {ru[1][0]}.", f"{be[2]} {be[0]} {be[1]}")


def _shapes(be: Sequence[str], ru: Sequence[str], passport: str) -> Iterator[tuple[str, str, str]]:
    """One name as lists and people write it: shorter, in another order, with other marks."""
    for name in (be, ru, tuple(passport.split())):
        given, father, family = name
        whole, dice = f"{given} {father} {family}", random.Random(family)
        second = "Пустэльга" if family[1] >= "а" else "Pustelha"
        yield "no father's name", whole, f"{given} {family}"
        yield "surname first", whole, f"{family} {given} {father}"
        yield "surname first", f"{ru[0]} {ru[2]}", f"{family}, {given}"
        yield "initials", whole, f"{given[0]}. {father[0]}. {family}"
        yield "initials", whole, f"{family} {given[0]}.{father[0]}."
        yield "initials", f"{given} {family}", f"{family} {given[0]}."
        yield "father's name by its initial", whole, f"{given} {father[0]}. {family}"
        yield "all capitals", whole.upper(), f"{ru[2]} {ru[0]}"
        yield "surname in capitals", f"{given} {father} {family.upper()}", f"{ru[2]} {ru[0]}"
        yield "maiden name in brackets", f"{given} {father} {family} ({second})", f"{ru[0]} {ru[2]}"
        yield "maiden name alone", f"{given} {father} {second} ({family})", f"{given} {family}"
        yield "double surname, one half", f"{given} {father} {family}-{second}", f"{given} {father} {family}"
        yield "double surname, one half", f"{given} {second}-{family}", f"{given} {family}"
        yield "double surname, hyphen or space", f"{given} {family}-{second}", f"{given} {family} {second}"
        yield "double surname, hyphen or space", f"{given} {father} {family}-{second}", f"{given} {father} {family} {second}"
        doubled = dice.randrange(2, len(family) - 1)
        yield "doubled letter", whole, f"{given} {father} {family[:doubled]}{family[doubled]}{family[doubled:]}"
        yield "swapped letters", whole, f"{given} {father} {family[:doubled]}{family[doubled + 1]}{family[doubled]}{family[doubled + 2 :]}"
        yield "lost letter", whole, f"{given} {father} {family[:doubled]}{family[doubled + 1 :]}"
        yield "key beside", whole, f"{given} {father} {_beside(family, dice)}"
        yield from (("scanned", whole, f"{given} {father} {wrong}") for wrong in _scanned(family))
        yield "look-alikes", whole, whole.translate(_LOOK if family[1] >= "а" else _LOOK_LATIN)
        yield "look-alikes", " ".join(ru), whole.upper().translate(_LOOK if family[1] >= "а" else _LOOK_LATIN)
        yield "unseen marks", whole, f"\u202b{given}\u200b {father[:3]}\u00ad{father[3:]}\u00a0{family}\u202c\ufeff"
    yield "ў as у", " ".join(be), " ".join(be).replace("ў", "у")
    yield "і as и", " ".join(be), " ".join(be).replace("і", "и")
    yield "ё as е", " ".join(ru), " ".join(ru).replace("ё", "е")
    yield "ё as е", " ".join(be), " ".join(be).replace("ё", "е")
    yield "г as ґ", " ".join(be), " ".join(be).replace("г", "ґ").replace("Г", "Ґ")
    yield from (("apostrophe", f"{be[0]} Дар'ялоў", f"{be[0]} Дар{mark}ялоў") for mark in "’ʼ`‘ʹ′")
    yield "father's name in Russian Latin", " ".join(be), RUSSIAN["Russian passport of 1997"].spelt(ru)
    mixed = f"{BELARUSIAN['Łacinka'].word(be[0])} {RUSSIAN['Russian BGN'].word(ru[1])} {BELARUSIAN['BGN/PCGN 1979'].word(be[2])}"
    yield "parts by different systems", " ".join(ru), mixed


def _beside(word: str, dice: random.Random) -> str:
    """A letter behind the first as the next key."""
    places = [(at, row) for at, letter in enumerate(word) if at > 1 for row in _ROWS if letter in row]
    at, row = dice.choice(places)
    key = row.index(word[at])
    return word[:at] + row[key + 1 if key + 1 < len(row) else key - 1] + word[at + 1 :]


def _scanned(word: str) -> list[str]:
    """What a reader of pictures makes of it: the first two of these that stand behind the first letter."""
    return [word[:1] + word[1:].replace(a, b, 1) for pair in _SCANNED for a, b in (pair, pair[::-1]) if a in word[1:]][:2]


_MEN: Final = (
    ("Аляксандр", "Александр"), ("Аляксей", "Алексей"), ("Мікалай", "Николай"), ("Міхаіл", "Михаил"), ("Сяргей", "Сергей"),
    ("Станіслаў", "Станислав"),
    ("Віктар", "Виктор"), ("Віталь", "Виталий"), ("Дзяніс", "Денис"), ("Дзмітрый", "Дмитрий"), ("Яўген", "Евгений"), ("Ягор", "Егор"),
    ("Павел", "Павел"), ("Пётр", "Пётр"), ("Андрэй", "Андрей"), ("Антон", "Антон"), ("Іван", "Иван"), ("Ян", "Ян"),
)  # fmt: skip
_WOMEN: Final = (
    ("Марыя", "Мария"), ("Марына", "Марина"), ("Ганна", "Анна"), ("Галіна", "Галина"), ("Наталля", "Наталья"), ("Настасся", "Анастасия"),
    ("Таццяна", "Татьяна"), ("Таісія", "Таисия"), ("Алена", "Елена"), ("Аліна", "Алина"), ("Аляксандра", "Александра"), ("Алеся", "Олеся"),
    ("Вера", "Вера"), ("Вераніка", "Вероника"), ("Валерыя", "Валерия"), ("Валянціна", "Валентина"), ("Яна", "Яна"), ("Яніна", "Янина"),
)  # fmt: skip
_SONS: Final = (
    ("Мікалаевіч", "Николаевич"), ("Міхайлавіч", "Михайлович"), ("Аляксандравіч", "Александрович"), ("Аляксеевіч", "Алексеевич"),
    ("Сяргеевіч", "Сергеевич"), ("Сцяпанавіч", "Степанович"), ("Пятровіч", "Петрович"), ("Паўлавіч", "Павлович"),
)  # fmt: skip
_DAUGHTERS: Final = (
    ("Мікалаеўна", "Николаевна"), ("Міхайлаўна", "Михайловна"), ("Аляксандраўна", "Александровна"), ("Аляксееўна", "Алексеевна"),
)  # fmt: skip
# Surnames that lie a letter or a syllable apart and are those of different families.
_FAMILIES: Final = (
    ("Выдумкін", "Выдуткін"), ("Прыкладаў", "Прыкладзін"), ("Хлусевіч", "Глушэвіч"), ("Мармыла", "Карпыла"), ("Пустэльнік", "Пустэльга"),
    ("Ленкевіч", "Лемкевіч"),
    ("Гарановіч", "Баранавіч"), ("Жыткоў", "Шыткоў"), ("Казлянок", "Кузлянок"), ("Небыліцкі", "Небывальскі"), ("Сівак", "Сідак"),
    ("Дубовік", "Дубко"), ("Рудко", "Рудчанка"), ("Ермачок", "Ермакоў"), ("Вараніч", "Варанько"), ("Кавалец", "Кавалюк"),
)  # fmt: skip
_PAIRED: Final = (
    ("Аляксандр", "Аляксандра"), ("Яўген", "Яўгенія"), ("Валянцін", "Валянціна"), ("Віктар", "Вікторыя"), ("Станіслаў", "Станіслава"),
)  # fmt: skip


def two_people() -> Iterator[tuple[str, Pair]]:
    """Kind and pair: two people whose names share much."""
    icao, russian = BELARUSIAN["passport (MVD 2010, ICAO)"], RUSSIAN["Russian passport of 1997"]
    for kin, called, fathers, endings in (
        ("brothers", _MEN, _SONS, (("скі", "ский"), ("чанка", "ченко"), ("евіч", "евич"), ("оў", "ов"))),
        ("sisters", _WOMEN, _DAUGHTERS, (("ская", "ская"), ("чанка", "ченко"), ("евіч", "евич"), ("ова", "ова"))),
    ):
        for number, (one, other) in enumerate(combinations(called, 2)):
            father, (end, end_ru) = fathers[number % len(fathers)], endings[number % len(endings)]
            family, family_ru = "Нібытн" + end, "Нибытн" + end_ru
            first, second, cyrillic = (one[0], father[0], family), (other[0], father[0], family), (other[1], father[1], family_ru)
            yield kin, (" ".join(first), " ".join(second))
            yield kin, (" ".join(first), " ".join(cyrillic))
            yield kin, (icao.spelt(first), russian.spelt(cyrillic))
            yield f"{kin}, no father's name", (f"{one[0]} {family}", f"{other[1]} {family_ru}")
            yield f"{kin}, no father's name", (f"{family}, {one[0]}", russian.spelt((other[1], family_ru)))
    for number, (one, other) in enumerate(combinations(_SONS, 2)):
        given = _MEN[number % len(_MEN)]
        yield "namesakes of other fathers", (f"{given[0]} {one[0]} Нібытнеў", f"{given[1]} {other[1]} Нибытнев")
        yield "namesakes of other fathers", (f"{given[0]} {one[0]} Нібытнеў", icao.spelt((given[0], other[0], "Нібытнеў")))
    for number, (given, ru) in enumerate(_MEN):
        son = _MEN[(number + 5) % len(_MEN)]
        fathers_name = _SONS[number % len(_SONS)]
        yield "father and son", (f"{given} {fathers_name[0]} Нібытнеў", f"{son[0]} {given}авіч Нібытнеў")
        yield "father and son", (f"{ru} {fathers_name[1]} Нибытнев", f"{son[0]} {given}авіч Нібытнеў")
        yield "same given and father's name", (f"{given} {fathers_name[0]} Прыкладоўскі", f"{ru} {fathers_name[1]} Выдумченко")
        yield "same given and father's name", (f"{given} {fathers_name[0]} Хлусевіч", icao.spelt((given, fathers_name[0], "Гадаўкоў")))
        for one, other in _FAMILIES:
            yield "surnames near each other", (f"{given} {one}", f"{given} {other}")
            yield "surnames near each other, same father's name", (f"{given} {fathers_name[0]} {one}", f"{given} {fathers_name[0]} {other}")
    for one, other in _PAIRED:
        yield "man and woman of like names", (f"{one} Нібытноў", f"{other} Нібытнова")
        yield "man and woman of like names", (f"{one} Пятровіч Нібытчанка", f"{other} Пятроўна Нібытчанка")
    for one, other in combinations(("Аляксандр", "Сяргей", "Вольга", "Ігар", "Таццяна", "Кацярына"), 2):
        yield "another initial", (f"{one[0]}. Нібытчанка", f"{other} Нібытчанка")
        yield "another initial", (f"Нібытчанка {one[0]}. В.", f"{other} Васільевіч Нібытчанка")

"""Scans of invented verdicts: a page set with Typst, then greyed, turned a little, blurred and strewn with noise, as an office machine does."""

import io
import random
from typing import Final

import typst
from PIL import Image, ImageChops, ImageFilter

VERDICTS: Final = {
    "be": """Вырак

Імем Рэспублікі Беларусь

12 сакавіка 2024 года горад Прыдуманск

Суд Выдуманага раёна горада Прыдуманска ў складзе старшынстваючага суддзі Прыкладнога А. В., пры сакратары Выдумчык Н. С., з удзелам
дзяржаўнага абвінаваўцы Небылічнага П. К. разгледзеў у адкрытым судовым пасяджэнні крымінальную справу па абвінавачанні Прыкладнага Івана
Пятровіча, 1985 года нараджэння, у здзяйсненні злачынства, прадугледжанага часткай 1 артыкула 342 Крымінальнага кодэкса.

Суд устанавіў: 9 жніўня 2020 года каля 21 гадзіны абвінавачаны знаходзіўся на вуліцы Выдуманай каля дома 17. Сведка Небывалы С. М.
паведаміў, што бачыў абвінавачанага каля прыпынку і што той нічога не рабіў.

Суд прысудзіў прызнаць вінаватым і прызначыць пакаранне ў выглядзе пазбаўлення волі тэрмінам на два гады ў папраўчай калоніі ва ўмовах
агульнага рэжыму.""",
    "ru": """Приговор

Именем Республики Беларусь

14 апреля 2023 года город Придуманск

Суд Выдуманного района города Придуманска в составе председательствующего судьи Примерного А. В., при секретаре Выдумщик Н. С., с участием
государственного обвинителя Небылицына П. К. рассмотрел в открытом судебном заседании уголовное дело по обвинению Примерного Ивана
Петровича, 1985 года рождения, в совершении преступления, предусмотренного частью 1 статьи 342 Уголовного кодекса.

Суд установил: 9 августа 2020 года около 21 часа обвиняемый находился на улице Выдуманной у дома 17. Свидетель Небывалый С. М. сообщил, что
видел обвиняемого возле остановки и что тот ничего не делал.

Суд приговорил признать виновным и назначить наказание в виде лишения свободы сроком на два года в исправительной колонии в условиях общего
режима.""",
}


def page(text: str, dpi: int = 300, size: int = 12) -> Image.Image:
    """A clean page of A4 with this text."""
    set_ = f'#set page(paper: "a4", margin: 25mm)\n#set text(size: {size}pt, lang: "be")\n#set par(justify: true)\n'
    made = typst.compile((set_ + text).encode("utf-8"), format="png", ppi=float(dpi))
    return Image.open(io.BytesIO(made if isinstance(made, bytes) else made[0])).convert("L")


def scanned(text: str, dpi: int = 300, turned: float = 0.7, noise: int = 18, seed: int = 1, size: int = 12) -> Image.Image:
    """The page as a cheap scanner gives it: a little crooked, soft, grey, grainy."""
    clean = page(text, dpi, size).rotate(turned, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(dpi / 300))
    grain = Image.frombytes("L", clean.size, random.Random(seed).randbytes(clean.width * clean.height)).point(lambda v: v * noise // 255)
    return ImageChops.subtract(clean.point(lambda v: 30 + v * 215 // 255), grain)


def upper(scan: Image.Image) -> Image.Image:
    """The part of a page on which something stands: a machine takes half the time for it."""
    return scan.crop((0, 0, scan.width, scan.height * 2 // 5))


def encoded(pages: list[Image.Image], form: str, dpi: int = 300) -> bytes:
    """One file of these pages: JPEG (the first alone), TIFF, PDF with pictures in it, PNG."""
    out, more = io.BytesIO(), {}
    if form in ("TIFF", "PDF") and len(pages) > 1:
        more = {"save_all": True, "append_images": pages[1:]}
    if form == "TIFF":
        more |= {"compression": "tiff_lzw"}
    if form == "PDF":
        more |= {"resolution": float(dpi)}
    pages[0].save(out, form, dpi=(dpi, dpi), **more)  # type: ignore[arg-type]
    return out.getvalue()


def error_rate(wanted: str, got: str) -> float:
    """Characters wrong, missing or too many, of those wanted; spaces and lines are all one."""
    one, other = " ".join(wanted.split()), " ".join(got.split())
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for place, found in enumerate(other, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != found))
    return row[-1] / len(one)

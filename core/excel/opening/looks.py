"""글의 모양 가운데 읽으면 안 되는 것: 취소선을 그은 글과, 바탕과 같은 색이라 보이지 않는 글."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.excel.opening.number_formats import attribute, cell_indents, cell_styles
from core.excel.opening.zip_checks import part_named, small_part, xml_chunks

Why = tuple[str, str]
# 까닭과 할 일. 없앤 값인지 남긴 값인지 알 수 없어 읽지 않는다.
STRUCK: Why = ("취소선을 그은 칸입니다", "없앤 것이면 그 행이나 값을 지우고, 아니면 취소선을 지운 뒤 다시 올려 주세요")
# 인쇄한 표에는 없는 글이다.
UNSEEN: Why = ("화면에 보이지 않는 글이 들어 있는 칸입니다", "보이게 하거나 지우고 다시 올려 주세요")
WHITE, BLACK = "#ffffff", "#000000"

_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.S)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font(?:\s[^>]*)?>.*?</(?:\w+:)?font>", re.S)
_FILLS = re.compile(rb"<(?:\w+:)?fills\b.*?</(?:\w+:)?fills>", re.S)
_FILL = re.compile(rb"<(?:\w+:)?fill\s*/>|<(?:\w+:)?fill(?:\s[^>]*)?>.*?</(?:\w+:)?fill>", re.S)
_STRIKE = re.compile(rb"<(?:\w+:)?strike(?!\s+val\s*=\s*[\"'](?:0|false))\b")
_COLOUR = re.compile(rb"<(?:\w+:)?color\b([^>]*)>")
_SOLID = re.compile(rb"patternType\s*=\s*[\"']solid[\"'].*?<(?:\w+:)?fgColor\b([^>]*)>", re.S)
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.S)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>\s*[^<\s]")
_ITEM_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")


def shade(rgb: str) -> str:
    """여섯 자리 색. 흰색에 가까운 색은 흰 바탕에서 보이지 않아 흰색으로 본다."""
    return WHITE if min(int(rgb[i : i + 2], 16) for i in (0, 2, 4)) >= 0xF0 else f"#{rgb.lower()}"


def indexed(number: int) -> str:
    """정해진 색의 번호. 64와 32767은 보통의 글, 65는 보통의 바탕이다."""
    return WHITE if number in (1, 9, 65) else BLACK if number in (0, 8, 64, 32767) else f"색 {number}"


@dataclass(frozen=True)
class Run:
    """칸 안의 한 부분에만 적은 모양."""

    struck: bool
    colours: frozenset[str]


@dataclass
class Looks:
    """통합 문서의 모양.

    styles 는 읽지 않을 스타일과 까닭, backs 는 스타일의 흰색이 아닌 바탕, runs 는 부분마다 모양이 다른 글의 번호,
    indents 는 들여 쓴 스타일과 깊이이다.
    """

    styles: dict[int, Why] = field(default_factory=dict)
    backs: dict[int, str] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    indents: dict[int, int] = field(default_factory=dict)

    def add_style(self, style: int, struck: bool, colour: str, back: str) -> None:
        if why := STRUCK if struck else UNSEEN if colour == back else None:
            self.styles[style] = why
        if back != WHITE:
            self.backs[style] = back

    def of(self, style: int, run: Run | None) -> Why | None:
        """그 스타일의 칸을 읽지 않을 까닭. 읽어도 되면 None."""
        if run is not None and run.struck:
            return STRUCK
        if run is not None and self.backs.get(style, WHITE) in run.colours:
            return UNSEEN
        return self.styles.get(style)


def _colour(attributes: bytes, usual: str) -> str:
    rgb, theme, number = (attribute(attributes, name) for name in (b"rgb", b"theme", b"indexed"))
    if rgb and re.fullmatch(rb"[0-9a-fA-F]{6,8}", rgb):
        return shade(rgb[-6:].decode())
    if theme:
        tint = attribute(attributes, b"tint") or b""
        return {b"0": WHITE, b"1": BLACK}.get(theme + tint, f"테마 {(theme + tint).decode('ascii', 'replace')}")
    return indexed(int(number)) if number and number.isdigit() else usual


def workbook_looks(archive: zipfile.ZipFile, rich: bool) -> Looks:
    """xlsx 의 모양. rich 이면 부분마다 모양이 다른 글이 있다."""
    data = small_part(archive, "xl/styles.xml")
    looks = Looks(indents=cell_indents(data))
    fonts, fills = _FONTS.search(data), _FILLS.search(data)
    letters = [
        (bool(_STRIKE.search(font)), _colour(found[1], BLACK) if (found := _COLOUR.search(font)) else BLACK)
        for font in _FONT.findall(fonts[0])
    ] if fonts else []  # fmt: skip
    grounds = [_ground(fill) for fill in _FILL.findall(fills[0])] if fills else []
    for style, attributes in enumerate(cell_styles(data)):
        font, fill = (int(attribute(attributes, name) or 0) for name in (b"fontId", b"fillId"))
        if font < len(letters):
            looks.add_style(style, *letters[font], grounds[fill] if fill < len(grounds) else WHITE)
    if rich:
        looks.runs = {number: run for number, item in enumerate(_shared_items(archive)) if (run := run_of(item))}
    return looks


def _ground(fill: bytes) -> str:
    if b"gradientFill" in fill:
        return "무늬"
    return _colour(found[1], BLACK) if (found := _SOLID.search(fill)) else WHITE


def _shared_items(archive: zipfile.ZipFile) -> Iterator[bytes]:
    rest = b""
    for chunk in xml_chunks(archive, part_named(archive, "xl/sharedStrings.xml")):
        *items, rest = _ITEM_END.split(rest + chunk)
        yield from items


def run_of(text: bytes) -> Run | None:
    """부분마다 모양이 다른 글의 모양. 취소선도 색도 없으면 None."""
    if b"rPr" not in text:
        return None
    struck, colours = False, set()
    for found in _RUN.finditer(text):
        if not _RUN_TEXT.search(found[1]):
            continue
        struck = struck or bool(_STRIKE.search(found[1]))
        if colour := _COLOUR.search(found[1]):
            colours.add(_colour(colour[1], BLACK))
    colours.discard(BLACK)
    return Run(struck, frozenset(colours)) if struck or colours else None

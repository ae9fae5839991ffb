"""옛 xls(BIFF8)의 글꼴과 바탕, 부분마다 모양이 다른 글."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from core.excel.opening.looks import BLACK, Looks, Run, indexed, shade

# BIFF 레코드 번호
FONT, XF, PALETTE, SST, CONTINUE = 0x31, 0xE0, 0x92, 0xFC, 0x3C
_FIRST_OWN_COLOUR = 8


@dataclass
class LookRecords:
    """통합 문서 앞부분의 레코드에서 모은 글꼴과 바탕."""

    fonts: list[tuple[bool, int]] = field(default_factory=list)
    styles: list[tuple[int, int]] = field(default_factory=list)
    palette: dict[int, str] = field(default_factory=dict)
    texts: list[bytes] = field(default_factory=list)
    _in_texts: bool = False

    def add(self, kind: int, body: bytes) -> None:
        if kind == FONT:
            flags, colour = struct.unpack_from("<HH", body, 2)
            self.fonts.append((bool(flags & 0x08), colour))
        elif kind == XF and len(body) >= 20:
            font, (border, ground) = struct.unpack_from("<H", body)[0], struct.unpack_from("<IH", body, 14)
            # 무늬 1은 한 색으로 칠한 것, 0은 칠하지 않은 것
            pattern = border >> 26
            self.styles.append((font, ground & 0x7F if pattern == 1 else 65 if pattern == 0 else -1))
        elif kind == PALETTE:
            colours = [body[at : at + 3].hex() for at in range(2, len(body) - 3, 4)]
            self.palette = {number: shade(colour) for number, colour in enumerate(colours, _FIRST_OWN_COLOUR)}
        elif kind == SST or (kind == CONTINUE and self._in_texts):
            self.texts.append(body)
        self._in_texts = kind == SST or (kind == CONTINUE and self._in_texts)

    def looks(self) -> Looks:
        looks = Looks()
        marked = {number for number, (struck, colour) in enumerate(self.fonts) if struck or self._colour(colour) != BLACK}
        for style, (number, ground) in enumerate(self.styles):
            # 글꼴 4번은 없다. 5번부터는 하나 앞의 것이다.
            place = number - (number > 4)
            if place < len(self.fonts):
                struck, colour = self.fonts[place]
                looks.add_style(style, struck, self._colour(colour), "무늬" if ground < 0 else self._colour(ground))
        if marked and self.texts:
            for number, fonts in _Texts(self.texts).rich():
                used = [self.fonts[place] for font in fonts if (place := font - (font > 4)) in marked]
                if used:
                    colours = frozenset(self._colour(colour) for _, colour in used) - {BLACK}
                    looks.runs[number] = Run(any(struck for struck, _ in used), colours)
        return looks

    def _colour(self, number: int) -> str:
        return self.palette.get(number) or indexed(number)


class _Texts:
    """공유 문자열(SST)을 이어지는 레코드(CONTINUE)까지 따라가며 읽는다."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 8
        self.count = struct.unpack_from("<I", parts[0], 4)[0]

    def rich(self) -> list[tuple[int, list[int]]]:
        """부분마다 모양이 다른 글의 (번호, 글꼴 번호들)"""
        found = []
        for number in range(self.count):
            if self.part == len(self.parts) - 1 and self.at >= len(self.parts[self.part]):
                break
            length, flags = struct.unpack("<HB", self._take(3))
            runs = struct.unpack("<H", self._take(2))[0] if flags & 0x08 else 0
            extra = struct.unpack("<I", self._take(4))[0] if flags & 0x04 else 0
            self._skip_letters(length, flags & 1)
            # 글의 첫 부분은 칸의 글꼴이고, 나머지는 (시작, 글꼴)이 이어진다.
            fonts = [struct.unpack("<HH", self._take(4)) for _ in range(runs)]
            self._take(extra)
            inside = [font for start, font in fonts if start < length]
            if inside:
                found.append((number, inside))
        return found

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            piece = self.parts[self.part][self.at : self.at + size - len(taken)]
            taken, self.at = taken + piece, self.at + len(piece)
            if len(taken) < size:
                self.part, self.at = self.part + 1, 0
        return taken

    def _skip_letters(self, length: int, wide: int) -> None:
        """글자를 건너뛴다. 다음 레코드로 이어지면 그 첫 바이트가 글자의 크기를 다시 적는다."""
        while length:
            room = (len(self.parts[self.part]) - self.at) // (1 + wide)
            step = min(room, length)
            self.at, length = self.at + step * (1 + wide), length - step
            if length:
                self.part += 1
                wide, self.at = self.parts[self.part][0] & 1, 1

"""한글 문서(HWPX): 스타일, 개요 수준, 합친 칸과 너비를 가진 표, 머리말과 쪽 번호를 진짜 한글의 것으로 쓴다.

빈 꾸러미(스키마에 맞는 header, 설정, 차림)는 python-hwpx 에서 얻고 본문과 스타일은 여기서 XML 로 쓴다. 그 꾸러미의 칸마다
고치는 길은 행이 늘수록 제곱으로 느려지기 때문이다. 다 쓴 파일은 시험에서 그 꾸러미의 검사기와 따로 만든 읽는 눈으로 확인한다.

- □ ○ - · ※ 는 담당자가 늘 하듯 글자로 적고, 그 줄의 스타일(이름, 들여쓰기)과 개요 수준을 함께 준다. 개요 번호의 모양은 비워 두어
  번호가 덧붙지 않는다.
- 차례의 쪽 번호는 같은 문서의 PDF 에서 센 값을 글자로 적는다(한글에서 고친 뒤에는 다시 세어야 한다).
- 줄의 자리(lineseg)는 적지 않는다. 한글이 열 때 스스로 잡는다.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from core.reports import style
from core.reports.characters import clean, lines_of
from core.reports.document import (
    Approval,
    Block,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Purpose,
    Run,
    Section,
    Table,
    Text,
    TitleBox,
    as_string,
    plain,
)
from core.reports.geometry import column_widths, heading_depth, placed, trimmed, wrapped_lines
from core.reports.outline import chapter_text, contents_items
from core.reports.pdf import heading_places

_HH = "http://www.hancom.co.kr/hwpml/2011/head"
_HC = "http://www.hancom.co.kr/hwpml/2011/core"
_HP = "http://www.hancom.co.kr/hwpml/2011/paragraph"
_OPF = "http://www.idpf.org/2007/opf/"
_NS = {"hh": _HH, "hc": _HC, "hp": _HP, "opf": _OPF}
_LANGUAGES = ("hangul", "latin", "hanja", "japanese", "other", "symbol", "user")
_ALIGN = {"left": "LEFT", "center": "CENTER", "right": "RIGHT", "justify": "JUSTIFY"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
# 글자처럼 놓는 표는 쪽을 넘어 나뉘지 않는다. 이보다 긴 표는 자리를 차지하는 표로 놓아 줄 단위로 나눈다.
_INLINE_ROWS = 20
# 글자 스타일: 이름과 (굵게, 바뀜)
_CHARACTER_STYLES = {"강조": (True, False), "지난 호와 다름": (False, True)}


def write_hwpx(document: Document, file: BinaryIO) -> None:
    """문서를 한글 파일로 쓴다. 같은 문서는 늘 같은 바이트이다."""
    file.write(hwpx_bytes(document))


def hwpx_bytes(document: Document) -> bytes:
    """문서의 한글 파일."""
    parts = dict(_blank())
    header = _Header(parts["Contents/header.xml"])
    section = _Section(document, header)
    parts["Contents/section0.xml"] = section.xml(parts["Contents/section0.xml"])
    parts["Contents/header.xml"] = header.xml(document)
    parts["Contents/content.hpf"] = _package(parts["Contents/content.hpf"], document)
    parts["Preview/PrvText.txt"] = section.preview()[:1000].encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, payload in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            package.writestr(info, payload)
    return buffer.getvalue()


@cache
def _blank() -> tuple[tuple[str, bytes], ...]:
    """빈 한글 문서의 조각들. mimetype 이 맨 앞이다."""
    # 이 꾸러미는 부르는 데만 메모리 22MB 를 쓴다. 한글 파일을 처음 낼 때에만 부른다.
    from hwpx import HwpxDocument

    document = HwpxDocument.new()
    try:
        payload = document.to_bytes()
    finally:
        document.close()
    with zipfile.ZipFile(io.BytesIO(payload)) as package:
        names = sorted(package.namelist(), key=lambda name: name != "mimetype")
        return tuple((name, package.read(name)) for name in names)


def _units(points: float) -> int:
    """점을 한글의 단위(1/100 점)로."""
    return round(points * 100)


def _millimetres(length: float) -> int:
    return round(length * 7200 / 25.4)


def _package(payload: bytes, document: Document) -> bytes:
    """문서 정보: 제목, 만든 부서, 주제, 날짜. 만든 시각은 적지 않는다."""
    root = etree.fromstring(payload)
    properties = {key: clean(value) for key, value in document.properties.items()}
    title = root.find(".//opf:title", _NS)
    if title is not None:
        title.text = clean(document.title)
    stamp = f"{properties['date']}T00:00:00Z" if properties.get("date") else ""
    values = {
        "creator": properties.get("author", ""),
        "lastsaveby": properties.get("author", ""),
        "subject": properties.get("subject", ""),
        "description": properties.get("description", ""),
        "keyword": properties.get("keywords", ""),
        "CreatedDate": stamp,
        "ModifiedDate": stamp,
        "date": properties.get("date", ""),
    }
    for meta in root.findall(".//opf:meta", _NS):
        if meta.get("name") in values:
            meta.text = values[meta.get("name")]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


# ── 스타일 ────────────────────────────────────────────────────────────


class _Header:
    """header.xml: 글꼴, 선과 바탕, 글자 모양, 문단 모양, 스타일. 같은 모양은 한 번만 만들고 번호를 돌려준다."""

    def __init__(self, payload: bytes) -> None:
        self.root = etree.fromstring(payload)
        self.made: dict[str, int] = {}
        self.faces = {face: number for number, face in enumerate(style.FACES)}
        self._fonts()
        self.outline = self._outline()
        self.plain_tab = "0"
        self.right_tab = self._right_tab()
        self.style_numbers = {key: self._style(key) for key in style.STYLES}
        for name, (bold, changed) in _CHARACTER_STYLES.items():
            self._append_style(name, "CHAR", 0, self.character("", bold, changed))

    def xml(self, document: Document) -> bytes:
        """다 모은 header.xml."""
        begin = self.root.find("hh:beginNum", _NS)
        if begin is not None:
            begin.set("page", str(max(document.first_page, 1)))
        for name in ("borderFills", "charProperties", "paraProperties", "tabProperties", "numberings", "styles"):
            group = self._group(name)
            group.set("itemCnt", str(len(group)))
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def character(self, key: str, bold: bool = False, changed: bool = False, shade: str = "") -> int:
        """글자 모양의 번호."""
        wanted = style.STYLES[key]
        bold = bold or wanted.bold
        shade = shade or (style.COLORS["changed"] if changed else "none")
        color = "#ffffff" if shade == style.COLORS["bar"] else wanted.color
        face = self.faces[wanted.face]

        def each(tag: str, value: int) -> str:
            return f"<hh:{tag} " + " ".join(f'{language}="{value}"' for language in _LANGUAGES) + "/>"

        body = (
            f'height="{_units(wanted.size)}" textColor="{color.upper()}" shadeColor="{_color(shade)}"'
            ' useFontSpace="0" useKerning="0" symMark="NONE" borderFillIDRef="2">'
            + each("fontRef", face)
            + each("ratio", 100)
            + each("spacing", 0)
            + each("relSz", 100)
            + each("offset", 0)
            + ("<hh:bold/>" if bold else "")
            + '<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" color="#000000"/>'
            '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/>'
        )
        return self._once("charProperties", "charPr", body)

    def paragraph(self, key: str, after: float | None = None, border: int = 2, tab: str = "0") -> int:
        """문단 모양의 번호."""
        wanted = style.STYLES[key]
        heading = (
            f'<hh:heading type="OUTLINE" idRef="0" level="{wanted.level - 1}"/>'
            if wanted.level
            else '<hh:heading type="NONE" idRef="0" level="0"/>'
        )

        def margins(scale: int) -> str:
            values = {
                "intent": -wanted.hanging,
                "left": wanted.left,
                "right": 0,
                "prev": wanted.before,
                "next": wanted.after if after is None else after,
            }
            cells = "".join(
                f'<hc:{name} value="{_units(value) * scale}" unit="HWPUNIT"/>' for name, value in values.items()
            )
            spacing = f'<hh:lineSpacing type="PERCENT" value="{wanted.spacing}" unit="HWPUNIT"/>'
            return f"<hh:margin>{cells}</hh:margin>{spacing}"

        body = (
            f'tabPrIDRef="{tab}" condense="0" fontLineHeight="0" snapToGrid="0" suppressLineNumbers="0" checked="0"'
            f' textDir="LTR"><hh:align horizontal="{_ALIGN[wanted.align]}" vertical="BASELINE"/>{heading}'
            '<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="BREAK_WORD" widowOrphan="0"'
            f' keepWithNext="{int(wanted.keep_with_next)}" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/>'
            '<hh:autoSpacing eAsianEng="0" eAsianNum="0"/>'
            '<hp:switch><hp:case hp:required-namespace="http://www.hancom.co.kr/hwpml/2016/HwpUnitChar">'
            f"{margins(1)}</hp:case><hp:default>{margins(2)}</hp:default></hp:switch>"
            f'<hh:border borderFillIDRef="{border}" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0"'
            ' connect="0" ignoreMargin="0"/>'
        )
        return self._once("paraProperties", "paraPr", body)

    def border(self, sides: dict[str, tuple[str, float, str]], fill: str = "") -> int:
        """선과 바탕의 번호. sides 는 변마다 (종류, 굵기 mm, 색), 없는 변은 선이 없다. 번호는 1부터다."""
        lines = ""
        for side in ("left", "right", "top", "bottom"):
            kind, width, color = sides.get(side, ("NONE", 0.1, "#000000"))
            lines += f'<hh:{side}Border type="{kind}" width="{width:g} mm" color="{color.upper()}"/>'.replace(
                'width="1 mm"', 'width="1.0 mm"'
            )
        brush = (
            f'<hc:fillBrush><hc:winBrush faceColor="{fill.upper()}" hatchColor="#999999" alpha="0"/></hc:fillBrush>'
            if fill
            else ""
        )
        body = (
            'threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
            '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
            f'{lines}<hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>{brush}'
        )
        return self._once("borderFills", "borderFill", body, first=1)

    def _once(self, group_name: str, tag: str, body: str, first: int = 0) -> int:
        if body in self.made:
            return self.made[body]
        group = self._group(group_name)
        number = len(group) + first
        element = f'<hh:{tag} xmlns:hh="{_HH}" xmlns:hc="{_HC}" xmlns:hp="{_HP}" id="{number}" {body}</hh:{tag}>'
        group.append(etree.fromstring(element))
        self.made[body] = number
        return number

    def _group(self, name: str) -> etree._Element:
        group = self.root.find(f"hh:refList/hh:{name}", _NS)
        if group is None:
            raise ValueError(f"빈 한글 문서에 {name} 이(가) 없습니다")
        return group

    def _fonts(self) -> None:
        """글자의 갈래(한글, 영문, 한자 …)마다 같은 글꼴을 같은 번호로."""
        for fontface in self._group("fontfaces"):
            for font in list(fontface):
                fontface.remove(font)
            for number, (face, instead) in enumerate(style.FACES.values()):
                font = etree.SubElement(fontface, f"{{{_HH}}}font")
                font.attrib.update({"id": str(number), "face": face, "type": "TTF", "isEmbedded": "0"})
                substitute = etree.SubElement(font, f"{{{_HH}}}substFont")
                substitute.attrib.update({"face": instead, "type": "TTF", "isEmbedded": "0"})
                info = etree.SubElement(font, f"{{{_HH}}}typeInfo")
                family = "FCAT_MYUNGJO" if "바탕" in face else "FCAT_GOTHIC"
                info.attrib.update(
                    {"familyType": family, "weight": "6", "proportion": "4", "contrast": "0", "strokeVariation": "1"}
                    | {"armStyle": "1", "letterform": "1", "midline": "1", "xHeight": "1"}
                )
            fontface.set("fontCnt", str(len(style.FACES)))

    def _outline(self) -> int:
        """개요 모양: 수준만 있고 번호는 보이지 않는다."""
        group = self._group("numberings")
        number = len(group) + 1
        numbering = etree.SubElement(group, f"{{{_HH}}}numbering")
        numbering.attrib.update({"id": str(number), "start": "0"})
        for level in range(1, 11):
            head = etree.SubElement(numbering, f"{{{_HH}}}paraHead")
            head.attrib.update(
                {"start": "1", "level": str(level), "align": "LEFT", "useInstWidth": "0", "autoIndent": "0"}
                | {"widthAdjust": "0", "textOffsetType": "PERCENT", "textOffset": "0", "numFormat": "DIGIT"}
                | {"charPrIDRef": "4294967295", "checkable": "0"}
            )
        return number

    def _right_tab(self) -> str:
        """줄의 오른쪽 끝에 맞추는 탭(단위를 적는 줄에 쓴다)."""
        for tab in self._group("tabProperties"):
            if tab.get("autoTabRight") == "1":
                return str(tab.get("id"))
        group = self._group("tabProperties")
        tab = etree.SubElement(group, f"{{{_HH}}}tabPr")
        tab.attrib.update({"id": str(len(group) - 1), "autoTabLeft": "0", "autoTabRight": "1"})
        return str(tab.get("id"))

    def _style(self, key: str) -> int:
        return self._append_style(style.STYLES[key].name, "PARA", self.paragraph(key), self.character(key))

    def _append_style(self, name: str, kind: str, paragraph: int, character: int) -> int:
        group = self._group("styles")
        number = len(group)
        added = etree.SubElement(group, f"{{{_HH}}}style")
        added.attrib.update(
            {"id": str(number), "type": kind, "name": name, "engName": "", "paraPrIDRef": str(paragraph)}
            | {"charPrIDRef": str(character), "nextStyleIDRef": str(number if kind == "PARA" else 0)}
            | {"langID": "1042", "lockForm": "0"}
        )
        return number


def _color(value: str) -> str:
    return value if value == "none" else value.upper()


# ── 본문 ──────────────────────────────────────────────────────────────


class _Section:
    """section0.xml: 조각을 차례로 문단과 표로 쓴다."""

    def __init__(self, document: Document, header: _Header) -> None:
        self.document = document
        self.header = header
        self.paper = style.paper(document)
        self.width = _units(self.paper.text_width)
        has_contents = any(isinstance(block, Contents) for block in document.blocks)
        places = heading_places(document)
        self.pages = {place["key"]: place["page"] for place in places} if has_contents else {}
        # PDF 에서 새 쪽의 첫머리에 놓인 제목은 한글에서도 새 쪽에서 시작한다.
        self.starts = {place["key"] for place in places if place["first"]}
        self.out: list[str] = []
        self.texts: list[str] = []
        self.break_next = False
        self.controls = ""
        # 0쪽은 한글에 없다. 0쪽에서 시작하면(번호 없는 표지) 다음 쪽에서 1로 새로 시작한다.
        self.restart = document.first_page < 1
        self.next_id = 1
        for position, block in enumerate(document.blocks):
            self.break_next = self.break_next or (block.key in self.starts and bool(self.out))
            self._block(position, block)
        if self.break_next or not self.out:
            self._paragraph("", ())

    def xml(self, blank: bytes) -> bytes:
        """빈 문서의 첫 문단(쪽 설정)에 머리말과 쪽 번호를 더하고 본문을 잇는다."""
        root = etree.fromstring(blank)
        first = root.find("hp:p", _NS)
        properties = root.find(".//hp:secPr", _NS)
        if first is None or properties is None:
            raise ValueError("빈 한글 문서에 쪽 설정이 없습니다")
        self._page(properties)
        column = first.find(".//hp:colPr", _NS)
        opening = etree.tostring(root).split(b">", 1)[0].decode() + ">"
        parts = [
            opening,
            '<hp:p id="0" paraPrIDRef="0" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0">',
            f'<hp:run charPrIDRef="0">{_inner(properties)}',
            f"<hp:ctrl>{_inner(column)}</hp:ctrl>" if column is not None else "",
            f"{self._page_controls()}</hp:run>",
        ]
        # 쪽 설정은 첫 문단이 갖는다. 첫 조각이 문단이면 거기에 얹는다.
        body = "".join(self.out)
        start = body.index(">") + 1
        parts[1] = body[:start]
        return ('<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>' + "".join(parts) + body[start:]).encode() + (
            b"</hs:sec>"
        )

    def preview(self) -> str:
        """찾기와 미리보기에 쓰는 글."""
        return "\r\n".join(self.texts)

    def _page(self, properties: etree._Element) -> None:
        properties.set("outlineShapeIDRef", str(self.header.outline))
        number = properties.find("hp:startNum", _NS)
        if number is not None:
            number.set("page", str(max(self.document.first_page, 1)))
        page = properties.find("hp:pagePr", _NS)
        if page is None:
            raise ValueError("빈 한글 문서에 종이 설정이 없습니다")
        # 한글의 width, height 는 세로로 놓은 종이의 크기이고 방향은 landscape 가 정한다(WIDELY 가 세로).
        short, long = sorted((self.paper.width, self.paper.height))
        page.attrib.update(
            {
                "landscape": "NARROWLY" if self.document.landscape else "WIDELY",
                "width": str(_millimetres(short)),
                "height": str(_millimetres(long)),
            }
        )
        margin = page.find("hp:margin", _NS)
        if margin is not None:
            for name in ("left", "right", "top", "bottom", "header", "footer"):
                margin.set(name, str(_millimetres(getattr(self.paper, name))))

    def _page_controls(self) -> str:
        controls = '<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>'
        if self.document.header:
            text = self._plain_paragraph("header", plain(self.document.header))
            controls += (
                '<hp:ctrl><hp:header id="1" applyPageType="BOTH">'
                f"{_sub_list(text, 'TOP', self.width, _millimetres(self.paper.header))}</hp:header></hp:ctrl>"
            )
        return controls

    def _block(self, position: int, block: Block) -> None:
        match block:
            case TitleBox():
                self._title(block)
            case Approval():
                self._approval(block)
            case Chapter():
                line = self.header.border({"bottom": ("SOLID", style.LINES["bar"], style.COLORS["bar"])})
                shape = self.header.paragraph("chapter", border=line)
                self._paragraph("chapter", plain(chapter_text(block)), shape=shape)
                self._spacer(8)
            case Contents():
                self._contents(position, block)
            case Section():
                number = self.header.character("section", shade=style.COLORS["bar"])
                lead = f'<hp:run charPrIDRef="{number}"><hp:t> {_escaped(block.number)} </hp:t></hp:run>'
                self._paragraph("section", plain(f" {block.title}"), lead=lead, lead_text=block.number)
            case ItemHeading():
                self._item(block)
            case Purpose():
                sides = _all_sides("DASH", style.LINES["dotted"], style.COLORS["inner"])
                cell = self._cell("purpose", (block.text,), self.header.border(sides), 0, 0, self.width, padding=style.PURPOSE_PADDING)
                self._table([cell], [self.width])
            case Line():
                self._line(block)
            case Table():
                self._data_table(trimmed(block))
            case PageBreak():
                self.break_next = True
            case _:
                raise TypeError(f"한글 문서로 옮길 줄 모르는 조각입니다: {type(block).__name__}")

    # 문단

    def _paragraph(
        self,
        key: str,
        text: Text,
        *,
        shape: int | None = None,
        lead: str = "",
        lead_text: str = "",
        body: str | None = None,
    ) -> None:
        """문단 하나를 본문에 더한다. 미뤄 둔 쪽 나눔과 조종(쪽 번호 새로 시작 따위)은 이 문단이 갖는다."""
        number = self.header.style_numbers[key]
        shape = self.header.paragraph(key) if shape is None else shape
        controls, self.controls = self.controls, ""
        if self.break_next and self.restart:
            self.restart = False
            controls += '<hp:ctrl><hp:newNum num="1" numType="PAGE"/></hp:ctrl>'
        if controls:
            controls = f'<hp:run charPrIDRef="{self.header.character(key)}">{controls}</hp:run>'
        shown = self._runs(key, text) if body is None else body
        self.out.append(
            f'<hp:p id="{self._identity()}" paraPrIDRef="{shape}" styleIDRef="{number}"'
            f' pageBreak="{int(self.break_next)}" columnBreak="0" merged="0">{controls}{lead}{shown}</hp:p>'
        )
        self.break_next = False
        self.texts.append((lead_text + "".join(run.text for run in text)).replace("\n", " "))

    def _plain_paragraph(self, key: str, text: Text, bold: bool = False) -> str:
        """칸이나 머리말 안의 문단."""
        return (
            f'<hp:p id="{self._identity()}" paraPrIDRef="{self.header.paragraph(key)}"'
            f' styleIDRef="{self.header.style_numbers[key]}" pageBreak="0" columnBreak="0" merged="0">'
            f"{self._runs(key, text, bold)}</hp:p>"
        )

    def _runs(self, key: str, text: Text, bold: bool = False) -> str:
        pieces: list[tuple[int, str]] = []
        for run in text:
            letter = self.header.character(key, run.bold or bold, run.changed)
            if pieces and pieces[-1][0] == letter:
                pieces[-1] = (letter, pieces[-1][1] + run.text)
            elif run.text:
                pieces.append((letter, run.text))
        made = [f'<hp:run charPrIDRef="{letter}"><hp:t>{_escaped(words)}</hp:t></hp:run>' for letter, words in pieces]
        return "".join(made) or f'<hp:run charPrIDRef="{self.header.character(key, bold)}"><hp:t/></hp:run>'

    def _line(self, line: Line) -> None:
        text = (Run(f"{line.mark} "), *line.text) if line.mark else line.text
        if not line.right:
            self._paragraph(line.mark, text)
            return
        unit = self.header.character("unit")
        tail = (
            f'<hp:run charPrIDRef="{unit}"><hp:t><hp:tab width="4000" leader="0" type="2"/>'
            f"{_escaped(line.right)}</hp:t></hp:run>"
        )
        shape = self.header.paragraph(line.mark, tab=self.header.right_tab)
        self._paragraph(line.mark, text, shape=shape, body=self._runs(line.mark, text) + tail)
        self.texts[-1] += f" {line.right}"

    def _spacer(self, height: float) -> None:
        """빈 문단으로 벌린 사이. 쪽의 첫 문단 위의 간격은 버리는 프로그램이 있어 아래 간격으로 벌린다."""
        self._paragraph("header", (), shape=self.header.paragraph("footer", after=max(height - 12, 0)))

    def _identity(self) -> int:
        self.next_id += 1
        return self.next_id

    # 표

    def _title(self, block: TitleBox) -> None:
        if block.is_cover:
            self.controls += (
                '<hp:ctrl><hp:pageHiding hideHeader="1" hideFooter="1" hideMasterPage="0" hideBorder="0"'
                ' hideFill="0" hidePageNum="1"/></hp:ctrl>'
            )
            self._spacer(self.paper.height * 0.5)
        lines = [("title", plain(block.title))] + ([("subtitle", plain(block.subtitle))] if block.subtitle else [])
        border = self.header.border(_all_sides("DOUBLE_SLIM", 0.7, style.COLORS["line"]))
        padding = (style.TITLE_PADDING, style.TITLE_PADDING)
        cell = self._made(lines, border, 0, 0, self.width, padding=padding)
        self._table([cell], [self.width])
        self.texts += [block.title, block.subtitle]
        if block.is_cover:
            self._spacer(self.paper.height * 0.9)
        for key, text in (("date", block.date_text), ("organisation", block.organisation)):
            if text:
                self._paragraph(key if block.is_cover else "unit", plain(text))
                if block.is_cover:
                    self._spacer(34)
        if not block.is_cover:
            self._spacer(12)

    def _approval(self, block: Approval) -> None:
        width, head, stamp = (_units(value) for value in style.APPROVAL_CELL)
        border = self.header.border(_all_sides("SOLID", style.LINES["inner"], style.COLORS["line"]))
        mark, blank = [("approval", plain(char)) for char in style.APPROVAL_TITLE], [("approval", ())]
        cells = [self._made(mark, border, 0, 0, 1800, rowspan=2)]
        for column, post in enumerate(block.posts, 1):
            cells.append(self._made([("approval", plain(post))], border, 0, column, width))
            cells.append(self._made(blank, border, 1, column, width))
        widths = [1800, *(width for _ in block.posts)]
        self._table(cells, widths, least=(head, stamp), align="unit", comment="결재란")
        self._spacer(12)

    def _item(self, block: ItemHeading) -> None:
        widths = [round(self.width * part) for part in style.ITEM_WIDTHS]
        edge = ("SOLID", style.LINES["outer"], style.COLORS["bar"])
        dark = self.header.border({"top": edge, "bottom": edge}, style.COLORS["bar"])
        band = self.header.border({"top": edge, "bottom": edge}, style.COLORS["band"])
        cells = [
            self._cell(key, (plain(text),), border, 0, column, widths[column], padding=style.ITEM_PADDING)
            for column, (key, text, border) in enumerate(
                (
                    ("item_number", block.number, dark),
                    ("item_title", block.title, band),
                    ("item_team", block.team, band),
                )
            )
        ]
        self._table(cells, widths)
        self.texts.append(f"{block.number} {block.title} {block.team}")

    def _contents(self, position: int, block: Contents) -> None:
        widths = [round(self.width * part) for part in style.CONTENTS_WIDTHS]
        items = contents_items(self.document, position)
        head_keys = ("contents_head",) * 3
        keys = ("contents_number", "contents_title", "contents_page")
        rows = [block.headings, *((item.number, item.title, str(self.pages.get(item.key, ""))) for item in items)]
        made = []
        for row, texts in enumerate(rows):
            sides = self._sides(row, 0, 1, 1, len(rows), 1)
            fill = style.COLORS["shade"] if row == 0 else ""
            border = self.header.border({side: sides[side] for side in ("top", "bottom")}, fill)
            for column, (key, text) in enumerate(zip(keys if row else head_keys, texts, strict=True)):
                cell = self._cell(
                    key, (plain(text),), border, row, column, widths[column],
                    is_head=row == 0, padding=style.CONTENTS_PADDING,
                )  # fmt: skip
                made.append(cell)
        self._table(made, widths, comment="차례")
        self._spacer(10)

    def _data_table(self, table: Table) -> None:
        if table.unit and not table.unit_below:
            self._paragraph("unit", plain(table.unit))
        count = table.column_count
        if count:
            self._filled_table(table, count)
        if table.unit and table.unit_below:
            self._paragraph("unit", plain(table.unit))

    def _filled_table(self, table: Table, count: int) -> None:
        widths = [max(round(width * self.width), 1) for width in column_widths(table)]
        height = len(table.rows)
        depth = heading_depth(table)
        cells = []
        for row, column, cell in placed(table):
            key = style.cell_style_key(cell)
            border = self.header.border(
                self._sides(row, column, cell.rowspan, cell.colspan, height, count),
                style.COLORS["shade"] if cell.is_heading else "",
            )
            width = sum(widths[column : column + cell.colspan])
            cells.append(
                self._cell(
                    key,
                    cell.paragraphs,
                    border,
                    row,
                    column,
                    width,
                    rowspan=cell.rowspan,
                    colspan=cell.colspan,
                    bold=cell.bold,
                    is_head=row < depth,
                )
            )
            self.texts.append(" ".join(run.text for text in cell.paragraphs for run in text))
        self._table(cells, widths, comment=table.caption, repeat=depth > 0)

    def _sides(
        self, row: int, column: int, rowspan: int, colspan: int, rows: int, columns: int
    ) -> dict[str, tuple[str, float, str]]:
        """칸의 네 변. 표의 바깥은 굵고 안은 가늘다."""
        outer = ("SOLID", style.LINES["outer"], style.COLORS["line"])
        inner = ("SOLID", style.LINES["inner"], style.COLORS["line"])
        return {
            "left": outer if column == 0 else inner,
            "right": outer if column + colspan == columns else inner,
            "top": outer if row == 0 else inner,
            "bottom": outer if row + rowspan == rows else inner,
        }

    def _cell(
        self,
        key: str,
        paragraphs: Iterable[Text],
        border: int,
        row: int,
        column: int,
        width: int,
        *,
        rowspan: int = 1,
        colspan: int = 1,
        bold: bool = False,
        is_head: bool = False,
        padding: tuple[float, float] = style.CELL_PADDING,
    ) -> _Cell:
        lines = [(key, text) for text in tuple(paragraphs) or ((),)]
        return self._made(
            lines, border, row, column, width,
            rowspan=rowspan, colspan=colspan, bold=bold, is_head=is_head, padding=padding,
        )  # fmt: skip

    def _made(
        self,
        lines: Sequence[tuple[str, Text]],
        border: int,
        row: int,
        column: int,
        width: int,
        *,
        rowspan: int = 1,
        colspan: int = 1,
        bold: bool = False,
        is_head: bool = False,
        padding: tuple[float, float] = style.CELL_PADDING,
    ) -> _Cell:
        """글의 갈래가 줄마다 다를 수 있는 칸. 높이는 줄을 바꾼 뒤의 줄 수로 센다."""
        body = "".join(self._plain_paragraph(key, text, bold) for key, text in lines)
        height = _units(_text_height(lines, width / 100 - 2 * padding[0]) + 2 * padding[1])
        vertical = "TOP" if style.is_top(len(lines)) else "CENTER"
        return _Cell(body, border, row, column, rowspan, colspan, width, height, padding, is_head, vertical)

    def _table(
        self,
        cells: Sequence[_Cell],
        widths: list[int],
        *,
        least: Sequence[int] = (),
        align: str = "table_place",
        comment: str = "",
        repeat: bool = False,
    ) -> None:
        """표를 담은 문단. least 는 행마다의 가장 낮은 높이이다."""
        heights = _row_heights(cells, least)
        rows: list[list[str]] = [[] for _ in heights]
        for cell in cells:
            rows[cell.row].append(cell.xml(sum(heights[cell.row : cell.row + cell.rowspan])))
        inline = len(rows) <= _INLINE_ROWS
        across, down = (_units(value) for value in style.CELL_PADDING)
        border = self.header.border(_all_sides("SOLID", style.LINES["inner"], style.COLORS["line"]))
        note = f"<hp:shapeComment>{_escaped(comment)}</hp:shapeComment>" if comment else ""
        body = (
            f'<hp:run charPrIDRef="{self.header.character(align)}">'
            f'<hp:tbl id="{1000 + self._identity()}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM"'
            ' textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="TABLE"'
            f' repeatHeader="{int(repeat)}" rowCnt="{len(rows)}" colCnt="{len(widths)}" cellSpacing="0"'
            f' borderFillIDRef="{border}" noAdjust="0">'
            f'<hp:sz width="{sum(widths)}" widthRelTo="ABSOLUTE" height="{sum(heights)}" heightRelTo="ABSOLUTE"'
            ' protect="0"/>'
            f'<hp:pos treatAsChar="{int(inline)}" affectLSpacing="0" flowWithText="1" allowOverlap="0"'
            ' holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT"'
            ' vertOffset="0" horzOffset="0"/>'
            f'<hp:outMargin left="0" right="0" top="100" bottom="100"/>{note}'
            f'<hp:inMargin left="{across}" right="{across}" top="{down}" bottom="{down}"/>'
            + "".join(f"<hp:tr>{''.join(row)}</hp:tr>" for row in rows)
            + "</hp:tbl><hp:t/></hp:run>"
        )
        self._paragraph(align, (), body=body)
        self.texts.pop()


def _all_sides(kind: str, width: float, color: str) -> dict[str, tuple[str, float, str]]:
    return dict.fromkeys(("left", "right", "top", "bottom"), (kind, width, color))


def _text_height(lines: Sequence[tuple[str, Text]], width: float) -> float:
    """(갈래, 글)을 너비 width(점)에 적은 높이(점). 마지막 줄 아래의 줄 간격은 칸이 갖지 않는다."""
    height = gap = 0.0
    for key, text in lines:
        wanted = style.STYLES[key]
        count = wrapped_lines(as_string(text), width / wanted.size)
        height += gap + wanted.size + (count - 1) * wanted.size * wanted.spacing / 100
        gap = wanted.size * (wanted.spacing - 100) / 100
    return height


def _row_heights(cells: Sequence[_Cell], least: Sequence[int]) -> list[int]:
    """행마다의 높이. 여러 줄에 걸친 칸에 모자란 높이는 그 칸의 마지막 줄이 갖는다."""
    heights = [0] * (max(cell.row + cell.rowspan for cell in cells))
    heights[: len(least)] = least
    for cell in sorted(cells, key=lambda cell: cell.row + cell.rowspan):
        last = cell.row + cell.rowspan - 1
        heights[last] += max(cell.height - sum(heights[cell.row : last + 1]), 0)
    return heights


@dataclass(frozen=True)
class _Cell:
    """표의 한 칸. height 는 글에 드는 높이이다."""

    body: str
    border: int
    row: int
    column: int
    rowspan: int
    colspan: int
    width: int
    height: int
    padding: tuple[float, float]
    is_head: bool
    vertical: str

    def xml(self, height: int) -> str:
        """행의 높이에 맞춘 칸."""
        across, down = (_units(value) for value in self.padding)
        return (
            f'<hp:tc name="" header="{int(self.is_head)}" hasMargin="1" protect="0" editable="0" dirty="0"'
            f' borderFillIDRef="{self.border}">{_sub_list(self.body, self.vertical)}'
            f'<hp:cellAddr colAddr="{self.column}" rowAddr="{self.row}"/>'
            f'<hp:cellSpan colSpan="{self.colspan}" rowSpan="{self.rowspan}"/>'
            f'<hp:cellSz width="{self.width}" height="{height}"/>'
            f'<hp:cellMargin left="{across}" right="{across}" top="{down}" bottom="{down}"/></hp:tc>'
        )


def _sub_list(body: str, vertical: str, width: int = 0, height: int = 0) -> str:
    return (
        f'<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="{vertical}" linkListIDRef="0"'
        f' linkListNextIDRef="0" textWidth="{width}" textHeight="{height}" hasTextRef="0" hasNumRef="0">{body}'
        "</hp:subList>"
    )


def _escaped(text: str) -> str:
    return "<hp:lineBreak/>".join(escape(line) for line in lines_of(text))


def _inner(element: etree._Element) -> str:
    """이름공간 선언을 뺀 XML. 뿌리가 이미 선언했다."""
    copied = etree.tostring(element, encoding="unicode", with_tail=False)
    for prefix, uri in element.nsmap.items():
        copied = copied.replace(f" xmlns:{prefix}={quoteattr(uri)}", "")
    return copied

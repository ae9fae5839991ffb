"""업무 시스템이 .xls라는 이름으로 내려 주는 웹 문서(HTML, MHTML)를 읽는다. 문서가 가리키는 바깥의 것은 따라가지 않는다."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import compat32
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from core.excel.opening.csv_text import decoded
from core.excel.opening.looks import STRUCK, UNSEEN, shade
from core.excel.opening.refusal import Refused, check_size, chosen_sheet
from core.excel.opening.seen_number import as_shown, unreadable
from core.excel.opening.sheet_facts import opening_note

_DEEPEST = 20
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_RULE = re.compile(r"([^{}]+)\{((?:\"[^\"]*\"|'[^']*'|[^{}])*)\}")
_DECLARED = re.compile(r"([\w-]+)\s*:\s*((?:\"[^\"]*\"|'[^']*'|\\.|[^;])*)")
_SELECTOR = re.compile(r"(?:\w+|\*)?(?:\.[\w-]+)?")
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6}) ?|(.))")
# 안 보이게 하거나 값을 달리 보이게 하는 것. 간단하지 않은 선택자에 있으면 어느 칸인지 알 수 없다.
_TELLING = re.compile(r"display\s*:\s*none|visibility\s*:|line-through|mso-number-format|opacity\s*:|font-size\s*:\s*0", re.I)
_PLAIN_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_MINUS = str.maketrans(dict.fromkeys("△▲▵∆−﹣－", "-"))
_STRUCK = frozenset({"s", "strike", "del"})
_EMPTY = frozenset({"br", "img", "input", "col", "hr", "meta", "link", "wbr", "area", "base", "embed", "param", "source"})
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = frozenset({"script", "style", "title", "xml"})


@dataclass
class _Cell:
    parts: list[str] = field(default_factory=list)
    down: int = 1
    across: int = 1
    code: str = ""
    number: str | None = None
    unseen: bool = False
    struck: bool = False
    faint: bool = False

    @property
    def text(self) -> str:
        lines = "".join(self.parts).replace("\xa0", " ").split("\v")
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


@dataclass
class _Table:
    rows: list[tuple[bool, list[_Cell]]] = field(default_factory=list)
    inside: bool = False
    unseen: bool = False
    width: int = 0
    hidden_columns: list[int] = field(default_factory=list)

    @property
    def hidden_here(self) -> bool:
        """지금 읽는 자리가 화면에 보이지 않는가"""
        if self.unseen or not self.inside:
            return self.unseen
        hidden, cells = self.rows[-1]
        return hidden or cells[-1].unseen

    @property
    def cell_count(self) -> int:
        return sum(len(cells) for _, cells in self.rows)

    @property
    def is_layout(self) -> bool:
        """한 행에 글이 든 칸이 둘 이상이면 자료의 표이고, 아니면 화면을 나누려고 쓴 표이다."""
        return all(sum(1 for cell in cells if cell.text) < 2 for _, cells in self.rows)


@dataclass(frozen=True)
class _Look:
    """어느 자리의 글이 보이는 모양. 안의 것은 바깥의 것을 물려받는다."""

    tag: str = ""
    struck: bool = False
    unseen: bool = False
    colour: str = ""
    back: str = "#ffffff"

    def within(self, tag: str, style: dict[str, str], values: dict[str, str]) -> _Look:
        shown = style.get("background-color") or style.get("background") or values.get("bgcolor") or ""
        line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
        return _Look(
            tag,
            self.struck or tag in _STRUCK or "line-through" in line.lower(),
            self.unseen or _is_unseen(style, values),
            _colour(style.get("color") or (values.get("color") if tag == "font" else "") or "") or self.colour,
            _colour(shown) or self.back,
        )

    @property
    def faint(self) -> bool:
        """바탕과 같은 색이라 보이지 않는가"""
        return bool(self.colour) and self.colour == self.back


def _colour(text: str) -> str:
    text = text.strip().lower()
    if found := re.search(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", text):
        text = found[1] if len(found[1]) == 6 else "".join(letter * 2 for letter in found[1])
        return shade(text)
    if found := re.search(r"rgba?\(\s*(\d+)\D+(\d+)\D+(\d+)", text):
        return _colour("#" + "".join(f"{min(int(part), 255):02x}" for part in found.groups()))
    return "#ffffff" if re.search(r"\bwhite\b", text) else "" if text in ("transparent", "inherit", "none") else text


def _is_unseen(style: dict[str, str], values: dict[str, str]) -> bool:
    return (
        style.get("display", "").lower().startswith("none")
        or style.get("visibility", "").lower().startswith(("hidden", "collapse"))
        or style.get("mso-hide", "").lower().startswith("all")
        or bool(re.match(r"-\d{3}", style.get("text-indent", "")))
        or bool(re.fullmatch(r"0(\.0*)?\D*", style.get("opacity", "")))
        or bool(re.match(r"0(\.0*)?([a-z%]|\s|$)", style.get("font-size", "")))
        or "hidden" in values
    )


def _declared(text: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in _DECLARED.findall(text)}


def _code(style: dict[str, str]) -> str:
    """mso-number-format에 적힌 표시 형식"""
    text = style.get("mso-number-format", "").strip()
    text = text[1:-1] if text[:1] in ("'", '"') and text[-1:] == text[:1] else text
    text = _CSS_ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[2], text)
    return {"General": "", "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "Scientific": "0.00E+00"}.get(text, text)


def style_rules(text: str) -> dict[str, dict[str, str]]:
    """style 태그에 적힌 {선택자: 선언}. 값을 달리 보이게 하는 것이 복잡한 선택자에 있으면 받지 않는다(Refused)."""
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(_COMMENT.sub("", text)):
        for selector in selectors.split(","):
            # 문장(@charset …;)이 앞에 붙어 있을 수 있다.
            name = selector.rpartition(";")[2].strip()
            if name.startswith("@"):
                continue
            if not _SELECTOR.fullmatch(name):
                if _TELLING.search(body):
                    raise Refused(
                        f"웹 문서의 모양(‘{name[:40]}’)이 복잡해 어느 칸이 보이는지 알 수 없습니다",
                        "엑셀에서 열어 xlsx로 다시 저장해 올려 주세요",
                    )
                continue
            tag, dot, label = name.partition(".")
            key = tag.lower() + dot + label
            rules[key] = rules.pop(key, {}) | _declared(body)
    return rules


class _Reader(HTMLParser):
    """문서의 표와 표 밖의 글을 엑셀에서 연 것처럼 위에서 아래로 한 시트에 늘어놓는다.

    표 밖의 글을 버리지 않는 까닭은 금액 단위와 기준일이 거기에 적히기 때문이다.
    """

    def __init__(self, rules: dict[str, dict[str, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.rules = rules
        self.order = {selector: place for place, selector in enumerate(rules)}
        self.looks = [_Look()]
        self.dropped = 0
        self.blocks: list[_Table] = []
        self.stack: list[_Table] = []
        self._outside = _Cell()
        self._unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread = tag
        if self._unread:
            return
        values = {name: value or "" for name, value in attrs}
        style = self._style(tag, values)
        if tag in ("td", "th", "tr"):
            self._close_look(*(("tr",) if tag == "tr" else ("td", "th")))
        look = self.looks[-1].within(tag, style, values)
        if tag not in _EMPTY:
            self.looks.append(look)
        unseen = _is_unseen(style, values)
        if tag == "table":
            if len(self.stack) >= _DEEPEST:
                raise Refused("표 안에 표가 지나치게 여러 겹 들어 있는 웹 문서입니다")
            if not self.stack:
                self._flush_outside()
            self.stack.append(_Table(unseen=unseen))
        elif self.stack and tag == "col":
            table, span = self.stack[-1], min(_span(values.get("span")), 1_000)
            if unseen or values.get("width") == "0":
                table.hidden_columns += range(table.width, table.width + span)
            table.width += span
        elif self.stack and tag == "tr":
            self.stack[-1].inside = False
            flat = re.match(r"0(\.\d*)?([a-z%]|$)", style.get("height") or values.get("height", "1"))
            hidden = unseen or bool(flat) or any(outer.hidden_here for outer in self.stack)
            self.stack[-1].rows.append((hidden, []))
        elif self.stack and tag in ("td", "th"):
            table = self.stack[-1]
            if not table.rows:
                table.rows.append((False, []))
            table.rows[-1][1].append(
                _Cell(
                    down=_span(values.get("rowspan")),
                    across=_span(values.get("colspan")),
                    code=_code(style),
                    number=values.get("x:num") or None,
                    unseen=style.get("display", "").lower().startswith("none") or "hidden" in values,
                )
            )
            table.inside = True
        elif tag in _BREAKS:
            self._text().parts.append("\v")

    def _style(self, tag: str, values: dict[str, str]) -> dict[str, str]:
        classes = values.get("class", "").split()
        style: dict[str, str] = {}
        # 자세한 선택자가 이기고, 같으면 뒤에 적은 것이 이긴다.
        for keys in (("*",), (tag,), {"." + label for label in classes}, {f"{tag}.{label}" for label in classes}):
            for key in sorted(self.rules.keys() & keys, key=self.order.__getitem__):
                style |= self.rules[key]
        forced = {name: value for name, value in style.items() if "!important" in value}
        style |= _declared(values.get("style", "")) | forced
        return {name: value.replace("!important", "").strip() for name, value in style.items()}

    def _close_look(self, *tags: str) -> None:
        """tags 가운데 하나가 열려 있으면 거기까지 닫는다. 바깥 표의 것은 닫지 않는다."""
        for place in range(len(self.looks) - 1, 0, -1):
            if self.looks[place].tag in tags:
                del self.looks[place:]
                return
            if self.looks[place].tag == "table":
                return

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unread:
            self._unread = ""
            return
        if self._unread:
            return
        self._close_look(tag)
        if tag == "table" and self.stack:
            self._close_table()
        elif tag in ("td", "th", "tr") and self.stack:
            self.stack[-1].inside = False
        elif tag in _BREAKS:
            self._text().parts.append("\v")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            cell, look = self._text(), self.looks[-1]
            if cell is self._outside and data.strip() and (look.struck or look.unseen or look.faint):
                # 보이지 않는 단위나 기준일을 따르지 않는다.
                self.dropped += 1
                return
            cell.parts.append(data)
            if data.strip():
                cell.struck |= look.struck
                # 숨은 행은 행째로 따로 둔다.
                cell.faint |= look.faint or (look.unseen and not (self.stack and self.stack[-1].hidden_here))

    def finish(self) -> list[_Table]:
        """다 읽은 뒤의 덩이들. 표를 닫지 않고 끝난 문서는 받다 만 것이므로 받지 않는다(Refused)."""
        self.close()
        if self.stack or self._unread:
            raise Refused("웹 문서(HTML)가 끝까지 저장되지 않았습니다", "업무 시스템에서 다시 내려받아 올려 주세요")
        self._flush_outside()
        return self.blocks

    def _text(self) -> _Cell:
        if self.stack and self.stack[-1].inside:
            return self.stack[-1].rows[-1][1][-1]
        # 표 안이지만 칸 밖에 적힌 글(caption 따위)은 브라우저처럼 표 위에 둔다.
        return self._outside

    def _flush_outside(self) -> None:
        lines, self._outside = self._outside.text.split("\n"), _Cell()
        if any(lines):
            self.blocks.append(_Table([(False, [_Cell([line])]) for line in lines]))

    def _close_table(self) -> None:
        table = self.stack.pop()
        if not self.stack:
            self._flush_outside()
            self.blocks.append(table)
        elif table.cell_count > 1 and all(outer.is_layout for outer in self.stack):
            # 화면을 나누려고 쓴 표이다. 그때까지의 글이 위에 오도록 먼저 낸다.
            self._flush_outside()
            for outer in self.stack:
                self.blocks.append(_Table(outer.rows))
                outer.rows = [(outer.rows[-1][0], [_Cell(unseen=outer.rows[-1][1][-1].unseen)])] if outer.inside else []
            self.blocks.append(table)
        else:
            # 자료의 칸 안에 든 표는 그 칸의 글이다.
            for hidden, cells in table.rows:
                for cell in cells:
                    target = self._text()
                    target.parts += ["\v", *cell.parts]
                    target.struck |= cell.struck
                    target.faint |= cell.faint or (bool(cell.text) and (hidden or cell.unseen))


def _span(value: str | None) -> int:
    text = (value or "").strip()
    return max(1, min(int(text), 65_534)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _value(cell: _Cell) -> Any:
    text = cell.text
    if not text and not cell.number:
        return text
    if cell.struck:
        return unreadable(text, *STRUCK)
    if cell.faint:
        return unreadable(text, *UNSEEN)
    if cell.number and not _same(cell.number, text):
        return unreadable(text, f"보이는 글과 저장된 수({cell.number[:30]})가 다릅니다")
    if not cell.code or not _PLAIN_NUMBER.fullmatch(text):
        return text
    number = float(text.replace(",", ""))
    found = as_shown(number, cell.code)
    # 앞의 0과 자릿점은 적힌 글 그대로 둔다.
    return text if isinstance(found, float) else found


def _same(number: str, text: str) -> bool:
    """x:num의 수가 보이는 글과 같은가"""
    shown = re.sub(r"[\s,₩￦\\]", "", text.translate(_MINUS))
    shown = f"-{shown[1:-1]}" if shown.startswith("(") and shown.endswith(")") else shown
    try:
        seen = float(shown.rstrip("%")) / (100 if shown.endswith("%") else 1)
        stored = float(number)
    except ValueError:
        return False
    return abs(seen - stored) <= 1e-9 * max(1.0, abs(stored))


def _grid(blocks: list[_Table], dropped: int, limits: dict[str, Any]) -> tuple[list[list[Any]], dict[str, Any]]:
    """시트의 행들과 알림(합친 칸, 숨긴 열, 읽지 않은 글의 수). 덩이 사이에는 빈 행을 하나 둔다."""
    rows: list[list[Any]] = []
    merged: list[list[int]] = []
    number = 0
    for block in blocks:
        # 위에서 내려온 칸이 차지한 자리: {열: 끝 행}
        taken: dict[int, int] = {}
        last = number + len(block.rows)
        for hidden, cells in block.rows:
            number += 1
            values: list[Any] = []
            place = 0
            for cell in cells:
                if cell.unseen:
                    dropped += bool(cell.text)
                    continue
                while taken.get(place, 0) >= number:
                    place += 1
                check_size(len(rows), place + cell.across, number, limits)
                bottom, right = min(number + cell.down - 1, last), place + cell.across - 1
                if bottom > number or right > place:
                    merged.append([number, place, bottom, right])
                    taken |= dict.fromkeys(range(place, right + 1), bottom)
                values.extend([""] * (place + 1 - len(values)))
                values[place] = _value(cell)
                place = right + 1
            while values and values[-1] == "":
                values.pop()
            if values:
                rows.append([number, values, int(hidden), 0])
        number += 1
    hidden_columns = sorted({place for block in blocks for place in block.hidden_columns})
    return rows, {"merged": merged, "hidden_columns": hidden_columns, "unseen": dropped}


def _documents(path: Path, kind: str) -> tuple[list[str], str]:
    """웹 문서들과, MHTML에 따로 들어 있는 모양(CSS)"""
    data = path.read_bytes()
    if kind == "html":
        return [decoded(data)[0]], ""
    found: dict[str, list[str]] = {"text/html": [], "text/css": []}
    for part in message_from_bytes(data, policy=compat32).walk():
        if (sort := part.get_content_type()) in found:
            found[sort].append(decoded(bytes(part.get_payload(decode=True) or b""))[0])  # type: ignore[arg-type]
    return found["text/html"], "\n".join(found["text/css"])


def _sheets(path: Path, kind: str, limits: dict[str, Any]) -> dict[str, tuple[list[list[Any]], dict[str, Any]]]:
    found = []
    documents, outer = _documents(path, kind)
    for text in documents:
        inner = re.findall(r"<[s]tyle\b[^>]*>(.*?)</style", text, re.I | re.S)
        reader = _Reader(style_rules("\n".join([outer, *inner])))
        reader.feed(text)
        blocks = reader.finish()
        # 틀만 있는 문서(MHTML의 frameset)는 시트가 아니다.
        if any(block.cell_count for block in blocks) and "<table" in text.lower():
            found.append(_grid(blocks, reader.dropped, limits))
    if not found:
        raise Refused("표가 없는 웹 문서(HTML)입니다")
    return {f"웹 문서 {number}" if len(found) > 1 else "웹 문서": grid for number, grid in enumerate(found, 1)}


def web_rows(
    kind: str, path: Path, wanted: str | None, limits: dict[str, Any]
) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """웹 문서의 알림과 행들."""
    sheets = _sheets(path, kind, limits)
    name = chosen_sheet(next((name for name in sheets if wanted in (None, name)), None), wanted)
    rows, facts = sheets[name]
    note = opening_note(kind, name, [(name, False) for name in sheets]) | facts
    return note, iter([[], *rows])


def web_sheets(kind: str, path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    return [[name, False, len(rows)] for name, (rows, _) in _sheets(path, kind, limits).items()]

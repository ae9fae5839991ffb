"""자료가 아닌 행(합계, 각주, 되풀이된 머리글, 구역 제목)을 가린다."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.excel.columns import TEXT_KINDS, column_letter, is_unit_note, is_unit_only
from core.excel.tables.cells import is_number, shown
from core.excel.tables.merges import Merges
from core.excel.tables.results import Question, SetAside
from core.excel.totals import TotalTracker, total_label
from core.excel.values import CellError, search_key

if TYPE_CHECKING:
    from core.excel.tables.reading import Field, Reading

_NOTE = re.compile(r"\s*(?:[※*＊☞]|(?:주|자료|출처|비고|참고|작성|기준)\s?[0-9]?\s?[:：)）])")
# 홀로 적혀 있으면 설명인 글: 번호를 붙인 주, 작성한 사람, 공문의 끝 표시
_NOTE_ALONE = re.compile(r"\s*(?:[0-9]{1,2}\s?[)）]|(?:작성자|담당자|담당|문의처?|작성일|붙임)\s?[:：]|[“\"]?끝[”\"]?\s?\.?\s*$)")
_BRACKETS = frozenset("([〔<〈【（")
_NOTE_FIRST = frozenset("※*＊☞주자출비참작기담문붙끝“\"0123456789")


# 인쇄할 때 붙은 글: 쪽 번호, 출력일시, 이하 여백
_PAGE = r"[0-9]{1,4}\s*(?:(?:/|of)\s*[0-9]{1,4})?"
_PRINTED = re.compile(
    rf"\s*(?:[-–—]\s*{_PAGE}\s*[-–—]|[0-9]{{1,4}}\s*(?:/|of)\s*[0-9]{{1,4}}\s*[-–—]?|(?:페이지|쪽|page|p)\s?(?:번호)?\s?[:：.]?\s*{_PAGE}"
    rf"|제?\s*{_PAGE}\s*(?:쪽|페이지|page)|(?:출력|인쇄|조회)\s?(?:일시|일자|일|시각|시간|자|자명|부서)(?:\s?[:：].*|\s+20[0-9]{{2}}[-./년].*)?"
    r"|[-–—=<>(（)）\s]*(?:이\s*하\s*여\s*백|여\s*백)[-–—=<>(（)）.\s]*|[(（]?(?:다음\s?(?:쪽|장|페이지)에\s?)?계속[)）]?|[-–—=_*~]{3,}"
    r"|20[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}\.?\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*",
    re.IGNORECASE,
)
_PRINTED_FIRST = frozenset("-–—=<(（_~페쪽pP출인조이여제다계0123456789")


def _initials(key: str) -> frozenset[str]:
    """머리글의 첫 글자. 자모가 풀린(NFD) 글자도 알아보게 한다."""
    return frozenset({key[:1], key[:1].upper(), unicodedata.normalize("NFD", key[:1])[:1]})


class AsideRules:
    """행이 자료인지 가리는 규칙. 자료가 아니면 까닭과 함께 reading.set_aside에 적는다."""

    def __init__(self, reading: Reading, merges: Merges, tracker: TotalTracker, summed: Sequence[Field]) -> None:
        self.reading = reading
        self.merges = merges
        self.has_merges = bool(reading.note["merged"])
        self.tracker = tracker
        self.summed = summed
        # 머리글 위에 적힌 글
        self.titles: set[str] = set()
        self.fields = reading.fields
        self.heading_again = [(min(texts)[0], _initials(min(texts)[1]), texts) for texts in reading.heading_texts]
        by_place = sorted(self.fields, key=lambda item: item.index)
        self.text_fields = [item for item in by_place if item.column.kind in TEXT_KINDS]
        self.number_places = frozenset(item.index for item in self.fields if item.column.numeric)
        matched = self.read_places = {item.index for item in self.fields}
        # '연번'처럼 수인 첫 열이나 열 정의에 없는 '구분' 열에 합계라고 적는 파일도 있다.
        unknown = [heading.index for heading in reading.headings if heading.index not in matched][:1]
        # 회계연도·기준일처럼 글자를 적지 않는 열의 '계'는 자료일 수 없다.
        self.unlike_labels = frozenset(item.index for item in self.fields if item.column.kind in ("integer", "date"))
        self.label_places = sorted(
            {item.index for item in self.text_fields} | self.unlike_labels | {min(matched, default=0), *unknown}
        )

    def put_aside(self, number: int, kind: str, reason: str, cells: Sequence[Any]) -> None:
        """행을 따로 둔다."""
        text = " | ".join(shown(cell) for cell in cells if cell != "")
        self.reading.set_aside.append(SetAside(self.reading.sheet, number, kind, reason, text[:300]))

    def is_aside(self, number: int, cells: list[Any]) -> bool:
        """자료가 아닌 행이면 따로 두고 참을 돌려준다."""
        lead = next((cell for cell in cells if cell != ""), "")
        if isinstance(lead, str):
            mark = lead.lstrip()[:1]
            if mark in _NOTE_FIRST and self._is_note(lead, cells) and self._no_numbers(cells):
                self.put_aside(number, "note", "표 아래의 설명입니다", cells)
                return True
            if (mark in _PRINTED_FIRST or lead.strip() in self.titles) and self._is_printed(cells):
                self.put_aside(number, "printed", "인쇄할 때 붙은 줄입니다(쪽 번호·출력일시·이하 여백)", cells)
                return True
            told = is_unit_note(lead) if "단위" in lead else mark in _BRACKETS and is_unit_only(lead)
            if told and self._no_numbers(cells):
                self.put_aside(number, "unit", "단위를 적은 행입니다", cells)
                return True
        for place in self.label_places:
            cell = cells[place]
            if type(cell) is str and (found := total_label(cell)) and self._is_total(number, place, found, cells):
                return True
        if self._is_heading(cells):
            self.put_aside(number, "heading_again", "머리글이 되풀이된 행입니다", cells)
            return True
        return self.has_merges and self._is_section(number, cells)

    def _is_note(self, lead: str, cells: Sequence[Any]) -> bool:
        if _NOTE.match(lead):
            return True
        return bool(len(self.fields) > 1 and _NOTE_ALONE.match(lead)) and sum(cell != "" for cell in cells) == 1

    def _is_printed(self, cells: Sequence[Any]) -> bool:
        """적힌 칸이 모두 인쇄할 때 붙은 글이거나 쪽마다 되풀이된 제목인가. 열이 하나뿐인 표의 「3쪽」은 자료일 수 있다."""
        return len(self.fields) > 1 and all(
            isinstance(cell, str) and (cell == "" or cell.strip() in self.titles or _PRINTED.fullmatch(cell)) for cell in cells
        )

    def _no_numbers(self, cells: Sequence[Any]) -> bool:
        return all(cells[place] == "" or isinstance(cells[place], str) for place in self.number_places) and not any(
            is_number(cells[place], True) for place in self.number_places
        )

    def _is_total(self, number: int, place: int, found: tuple[str, bool], cells: list[Any]) -> bool:
        label, alone = found
        others = [item for item in self.text_fields if item.index > place]
        keys = [item for item in others if item.required] or others
        filled = [item for item in keys if cells[item.index] != "" and not self._is_label(cells[item.index])]
        sure = place in self.unlike_labels
        if not sure and (filled or (not alone and not any(cells[item.index] == "" for item in self.text_fields))):
            if alone:
                self.reading.questions.append(Question(
                    "totals",
                    f"{number}행의 {column_letter(place)}열에 ‘{shown(cells[place])}’라고 적혀 있지만 다른 칸도 채워져 있습니다. "
                    "합계 행이면 파일에서 지우고 다시 올려 주세요. 지금은 자료로 읽었습니다",
                ))  # fmt: skip
            return False
        self.put_aside(number, "total", f"‘{shown(cells[place])}’ 행입니다", cells)
        printed = [self._printed(number, item, cells[item.index]) for item in self.summed]
        left = tuple(
            name
            for item in self.text_fields
            # 글자를 적지 않는 열에 '계'가 있으면 옆에 적힌 이름이 무엇의 합계인지를 알린다.
            if (sure or item.index < place) and (name := self._group_name(item, cells[item.index])) and not self._is_label(name)
        )
        self.tracker.mark(number, label, left[:2] if len(left) <= 2 else (), printed)
        return True

    @staticmethod
    def _group_name(item: Field, value: Any) -> str:
        try:
            return str(item.parse(value))
        except CellError:
            return ""

    @staticmethod
    def _is_label(value: Any) -> bool:
        found = total_label(value) if isinstance(value, str) else None
        return bool(found and found[1])

    def _printed(self, number: int, item: Field, value: Any) -> int | None:
        if value == "" or (isinstance(value, str) and total_label(value)):
            return None
        try:
            amount: int | None = item.parse(value)
        except CellError as error:
            self.reading.warnings.append(
                f"{number}행의 합계를 견주지 못했습니다. {column_letter(item.index)}열({item.column.title}): {error.reason}"
            )
            return None
        return amount

    def _is_heading(self, cells: Sequence[Any]) -> bool:
        for place, initials, texts in self.heading_again:
            if place < len(cells) and type(cells[place]) is str and cells[place].lstrip()[:1] in initials:
                same = sum(
                    1 for i, key in texts if i < len(cells) and isinstance(cells[i], str) and search_key(cells[i]) == key
                )
                # 열의 차례가 바뀐 머리글이면 아래의 값은 다른 열의 것이다. 자료처럼 읽어 오류로 보이게 한다.
                if same * 10 >= len(texts) * 7 and not self._is_moved(cells, texts):
                    return True
        return False

    def _is_moved(self, cells: Sequence[Any], texts: frozenset[tuple[int, str]]) -> bool:
        keys = {key for _, key in texts}
        return any(
            place in self.read_places and isinstance(cell, str) and (key := search_key(cell)) in keys and (place, key) not in texts
            for place, cell in enumerate(cells)
        )

    def _is_section(self, number: int, cells: Sequence[Any]) -> bool:
        """표 너비만큼 합친 글 한 줄은 구역의 제목이다."""
        if len(self.fields) < 2:
            return False
        low = min(item.index for item in self.fields)
        high = max(item.index for item in self.fields)
        for top, left, bottom, right in self.merges.at(number):
            if top != number or bottom != number or left > low or right < high:
                continue
            alone = all(cell == "" for place, cell in enumerate(cells) if place != left)
            if alone and isinstance(cells[left], str) and not is_number(cells[left], True):
                self.put_aside(number, "title", "표 안의 구역 제목입니다", cells)
                return True
        return False

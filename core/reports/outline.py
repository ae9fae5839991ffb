"""제목의 차례: 깊이, 차례에 적을 것, 쪽 번호를 셀 것."""

from __future__ import annotations

import unicodedata

from core.reports.document import MARKS, Block, Chapter, Document, ItemHeading, Line, Section, as_string


def heading_levels(document: Document) -> dict[str, int]:
    """조각의 key 마다 제목의 깊이(1부터). 건너뛰는 깊이가 없어 책갈피와 화면낭독기가 그대로 읽는다.

    장이 있으면 장 1, 절·사업 2, □ 3. 장이 없으면 절·사업이 1, 둘 다 없으면 □ 가 1이다.
    """
    levels: dict[str, int] = {}
    chapter = item = False
    for block in document.blocks:
        if isinstance(block, Chapter) and is_visible(chapter_text(block)):
            chapter, item = True, False
            levels[block.key] = 1
        elif isinstance(block, Section | ItemHeading) and is_visible(block.title):
            item = True
            levels[block.key] = 1 + chapter
        elif isinstance(block, Line) and block.mark == MARKS[0] and is_visible(as_string(block.text)):
            levels[block.key] = 1 + chapter + item
    return levels


def is_visible(text: str) -> bool:
    """눈에 보이는 글자가 있는가. 빈 제목은 제목으로 세지 않는다."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def contents_items(document: Document, position: int) -> list[ItemHeading | Chapter]:
    """position 에 있는 차례에 적을 제목: 그 뒤, 다음 장 앞의 사업. 사업이 없으면(첫머리의 차례) 뒤의 모든 장."""
    after = document.blocks[position + 1 :]
    chapters: list[ItemHeading | Chapter] = [block for block in after if isinstance(block, Chapter)]
    own = after[: after.index(chapters[0])] if chapters else after
    return [block for block in own if isinstance(block, ItemHeading)] or chapters


def is_page_heading(block: Block) -> bool:
    """쪽 번호를 셀 만한 제목인가."""
    return isinstance(block, Chapter | Section | ItemHeading)


def chapter_text(chapter: Chapter) -> str:
    """장의 제목 한 줄: Ⅰ. 일반현황"""
    return f"{chapter.number}. {chapter.title}" if chapter.number else chapter.title

"""사업 한 장에 모이는 구역의 모양. 구역을 만드는 함수는 업무의 sections.py 에 적는다."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cell:
    """구역 표의 칸. url 을 주면 눌러서 그 수를 이루는 자료를 연다."""

    content: Any
    url: str = ""


@dataclass(frozen=True)
class Row:
    """구역 표의 한 줄. 첫 칸이 이름이다. is_total 이면 계 줄로 그린다."""

    cells: Sequence[Cell]
    is_total: bool = False


@dataclass(frozen=True)
class Section:
    """사업 한 장의 구역 하나: 제목, 열(제목과 class), 줄, 모두 보는 주소.

    columns  (열 제목, class). class 는 「num」 「c nw」처럼 적고 없으면 빈 글자
    unit     표 위에 적는 단위
    note     표 아래에 적는 말(기준일 따위)
    url      그 업무의 화면
    nothing  줄이 없을 때 적는 말
    """

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    unit: str = ""
    note: str = ""
    url: str = ""
    nothing: str = "연결한 자료가 아직 없습니다."

    @property
    def lines(self) -> list[dict[str, Any]]:
        """그릴 줄: 칸마다 (칸, 열 제목, class)."""
        return [
            {"is_total": row.is_total,
             "cells": [(cell, title, css) for cell, (title, css) in zip(row.cells, self.columns, strict=True)]}
            for row in self.rows
        ]  # fmt: skip

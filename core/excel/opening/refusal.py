"""파일을 받지 않는 까닭, 그리고 크기 한도"""

from __future__ import annotations

from typing import Any

SAVE_AS = "엑셀에서 파일을 열어 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주세요"
DAMAGED = "파일이 손상되어 읽지 못했습니다"


class Refused(Exception):
    """파일을 받지 않는다. reason은 까닭, remedy는 할 일이다."""

    def __init__(self, reason: str, remedy: str = SAVE_AS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def check_size(rows: int, columns: int, last_row: int, limits: dict[str, Any]) -> None:
    """행과 열이 한도를 넘으면 받지 않는다(Refused)."""
    if columns > limits["columns"]:
        raise Refused(
            f"시트 범위가 너무 큽니다. 열이 {columns:,}개로 {limits['columns']:,}개를 넘습니다",
            "필요한 열만 남기고 다시 저장해 올려 주세요",
        )
    if rows > limits["rows"]:
        raise Refused(
            f"행이 {limits['rows']:,}개를 넘습니다", f"{limits['rows']:,}행 이하로 파일을 나누어 차례로 올려 주세요"
        )
    # 내용은 적어도 시트의 맨 끝에 칸이 있으면 읽기 라이브러리가 그 사이를 모두 메모리에 만든다.
    if last_row * columns > limits["cells"]:
        raise Refused(
            "시트 범위가 너무 큽니다. 맨 아래나 맨 오른쪽에 떨어져 있는 칸이 있습니다",
            "표 밖의 칸을 지우고 다시 저장해 올려 주세요",
        )


def chosen_sheet(chosen: str | None, wanted: str | None) -> str:
    """읽을 시트의 이름. 고른 시트나 보이는 시트가 없으면 받지 않는다(Refused)."""
    if chosen is not None:
        return chosen
    if wanted is not None:
        raise Refused(f"‘{wanted}’ 시트가 없습니다", "시트 이름을 확인하거나 다른 시트를 골라 주세요")
    raise Refused("보이는 시트가 없습니다. 모든 시트가 숨겨져 있습니다", "시트 숨기기를 취소하고 다시 저장해 올려 주세요")

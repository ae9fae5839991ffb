"""엑셀로 가져오고 내려받을 수 있는 자료. 관리자 화면과 명령이 여기서 찾는다."""

from __future__ import annotations

from config.functions import GIVEN
from core.excel.resource import ExcelResource

RESOURCES: list[type[ExcelResource]] = [resource for given in GIVEN for resource in given.excel]


def resource_for(label: str) -> type[ExcelResource] | None:
    """모델 이름(앱.모델)의 자원. 없으면 None."""
    return next((found for found in RESOURCES if found.model._meta.label_lower == label.lower()), None)

"""문서를 JSON 으로 굳히고 다시 읽는다. 발간한 보고서는 이렇게 남아 뒤에 자료가 바뀌어도 달라지지 않는다."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from core.reports import document
from core.reports.document import Cell, Document, Run

_BLOCKS = {
    name: kind for name, kind in vars(document).items() if isinstance(kind, type) and issubclass(kind, document.Block)
}  # fmt: skip
_KINDS = {**_BLOCKS, "Run": Run, "Cell": Cell, "Document": Document}


def to_json(value: Any) -> Any:
    """문서(또는 그 조각)를 JSON 에 넣을 수 있는 값으로. 처음 값과 같은 항목은 적지 않는다."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {"": type(value).__name__}
        for one in fields(value):
            content = getattr(value, one.name)
            if content != one.default:
                found[one.name] = to_json(content)
        return found
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    if isinstance(value, Decimal):
        return {"": "Decimal", "value": str(value)}
    return value


def from_json(value: Any) -> Any:
    """to_json 의 반대. 목록은 묶음(tuple)으로 돌아온다."""
    if isinstance(value, list):
        return tuple(from_json(one) for one in value)
    if not isinstance(value, dict):
        return value
    if "" not in value:
        return {name: from_json(one) for name, one in value.items()}
    if value[""] == "Decimal":
        return Decimal(value["value"])
    return _KINDS[value[""]](**{name: from_json(one) for name, one in value.items() if name})

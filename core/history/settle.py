"""파일에 적힌 자료를 싣는다. 여러 번 실어도 한 번 실은 것과 같다."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from core.history.models import Record

R = TypeVar("R", bound=Record)
FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def read_fixture(name: str) -> Any:
    """fixtures 의 한 파일. 그해의 파일이 없으면 None."""
    path = FIXTURES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


class Settling:
    """행을 하나씩 놓으며 새로 만든 것, 고친 것, 그대로인 것을 센다.

    created    없어서 만든 행
    changed    파일과 달라서 고친 행(overwrite 로 놓은 것만)
    unchanged  파일과 같은 행
    kept       파일과 다르지만 그대로 둔 행. 사람이 고친 값을 덮어쓰지 않는다.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(created=0, changed=0, unchanged=0, kept=0)

    def put(
        self, model: type[R], lookup: dict[str, Any], values: dict[str, Any] | None = None, *, overwrite: bool = False
    ) -> R:
        """lookup 으로 찾은 행. 없으면 values 와 함께 만들고, 다르면 overwrite 일 때만 고친다."""
        values = values or {}
        row: R | None = model._base_manager.filter(**lookup).first()
        if row is None:
            row = model(**lookup, **values)
            row.save()
            self.counts["created"] += 1
            return row
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different:
            self.counts["unchanged"] += 1
        elif overwrite:
            for name, value in different.items():
                setattr(row, name, value)
            row.save()
            self.counts["changed"] += 1
        else:
            self.counts["kept"] += 1
        return row

    def result(self) -> dict[str, int]:
        return dict(self.counts)

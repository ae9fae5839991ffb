"""이름(str)이 따라가는 관계는 named_with 에 적혀 있다. 적지 않으면 목록과 고르는 칸의 질의가 행의 수만큼 는다."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.history.models import Record
from core.screens.texts import with_names

pytestmark = pytest.mark.django_db


def test_names_are_read_together(sample_database: Any) -> None:
    late = []
    seen = 0
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        rows = list(with_names(model._base_manager.all())[:20])
        seen += bool(rows)
        with CaptureQueriesContext(connection) as found:
            names = [str(row) for row in rows]
        if len(found) or not all(names):
            late.append(f"{model.__name__}: 이름을 적는 데 질의 {len(found)}번")
    assert not late
    assert seen > 50

"""마이그레이션을 처음부터 한 데이터베이스가 모델에서 바로 만든 것과 같은가. 시험은 뒤의 것에서 돌고, 서버는 앞의 것을 쓴다."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.databases import Databases

# 집의 앱. 장고와 꾸러미의 표는 그들의 마이그레이션이 만든다.
OURS = ("core_", "planning_", "budget_", "evaluation_", "legal_")


def tables() -> dict[str, tuple[set[Any], list[str]]]:
    """우리 표마다 칸(이름, 형, 길이, 비어도 되는가)과 제약·색인. 제약의 이름은 만든 길에 따라 달라 보지 않는다."""
    look = connection.introspection
    found = {}
    with connection.cursor() as cursor:
        for table in look.table_names(cursor):
            if not table.startswith(OURS):
                continue
            columns = {
                (column.name, look.get_field_type(column.type_code, column), column.internal_size, column.null_ok)
                for column in look.get_table_description(cursor, table)
            }
            rules = look.get_constraints(cursor, table).values()
            found[table] = columns, sorted(str(sorted(rule.items(), key=lambda item: item[0])) for rule in rules)
    return found


def test_migrations_make_the_tables_of_the_models(databases: Databases, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        wanted = tables()
        with databases.by_migrations():
            made = tables()
    assert set(made) == set(wanted)
    assert len(wanted) > 80
    for table in wanted:
        assert made[table] == wanted[table], table

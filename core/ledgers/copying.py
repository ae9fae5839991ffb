"""원장 행을 한꺼번에 적는다. 사람이 고치지 않는 자료라 이력 없이, 데이터베이스의 가장 빠른 길로 넣는다."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """fields 차례로 적은 rows 를 model 의 표에 넣는다. PostgreSQL 은 COPY, SQLite 는 executemany.

    값은 데이터베이스에 그대로 들어가므로 외래키는 번호로, 없는 값은 None 으로 준다. 부르는 쪽의 거래 안에서 돈다.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(cast(Any, model._meta.get_field(name)).column) for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - 표와 열 이름은 모델에서 온다

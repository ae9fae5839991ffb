"""작업 파일을 읽고 쓰는 세 약속: django-import-export 기본값, 빠르게 하는 깃발을 모두 켠 것, 우리 것."""

from __future__ import annotations

from typing import Any, ClassVar

from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget

from benchmarks.peer.models import BenchLine, StockLine
from benchmarks.work import COLUMNS
from core.excel.resource import ExcelResource
from core.org.models import Department

NAMES = tuple(COLUMNS)


class CachedDepartment(ForeignKeyWidget):  # type: ignore[misc]
    """부서를 한 번만 읽어 두고 찾는다."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if not hasattr(self, "known"):
            self.known = {department.name: department for department in Department.objects.all()}
        return self.known[value]


class StockResource(resources.ModelResource):  # type: ignore[misc]
    """문서의 첫 보기처럼 쓴 것. 아무 깃발도 켜지 않는다."""

    department = fields.Field("department", COLUMNS["department"], ForeignKeyWidget(Department, "name"))

    class Meta:
        model = StockLine
        import_id_fields = ("number",)
        fields = NAMES
        export_order = NAMES

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Any:
        field = super().field_from_django_field(field_name, django_field, readonly)
        field.column_name = COLUMNS.get(field_name, field_name)
        return field


class SkippingResource(StockResource):
    """같은 행을 건너뛰게 한 것."""

    class Meta(StockResource.Meta):
        skip_unchanged = True
        report_skipped = False


class FlagsResource(StockResource):
    """빠르게 하는 깃발을 모두 켠 것. 짝을 찾지 않으므로 새 표에만 쓸 수 있다."""

    department = fields.Field("department", COLUMNS["department"], CachedDepartment(Department, "name"))

    class Meta(StockResource.Meta):
        use_bulk = True
        batch_size = 1_000
        skip_diff = True
        skip_html_diff = True
        force_init_instance = True
        use_transactions = True


class BenchLineResource(ExcelResource):
    """우리 가져오기."""

    model = BenchLine
    key = ("number",)
    fields: ClassVar = NAMES

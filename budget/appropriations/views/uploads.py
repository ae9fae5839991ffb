"""집행 자료 가져오기: 자리를 고르는 폼, 세부사업별 차이. 네 단계의 길은 core/ledgers/views.py 다."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from budget.appropriations.models import ExecutionSnapshot, ExecutionSummary
from budget.appropriations.models.execution import AMOUNTS
from budget.appropriations.services import LEDGER
from core.access import signed_in
from core.ledgers import views
from core.screens.forms import KoreanDateField, dates_in_year

WRITTEN = "비워 두면 파일의 표 위나 이름에 적힌 것을 씁니다."


class UploadForm(forms.Form):
    """1단계: 파일과 회계연도, 기준일."""

    # 파일 대신 표를 붙여넣을 수 있어 브라우저가 빈 파일 칸을 막지 않게 한다.
    use_required_attribute = False

    file = forms.FileField(label="파일", help_text="e호조 「세부사업별 집행현황」 엑셀, 한글이나 CSV. 제목 줄과 계·소계가 있어도 됩니다.")
    fiscal_year = forms.IntegerField(label="회계연도", min_value=2000, max_value=2100, required=False, help_text=WRITTEN)
    as_of = KoreanDateField(label="기준일", help_text=f"예: 2023. 10. 31. {WRITTEN}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates_in_year(self.fields.values(), self._written_year)

    def _written_year(self) -> int | None:
        text = str(self.data.get(self.add_prefix("fiscal_year"), ""))
        return int(text) if text.isdecimal() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        as_of, year = data.get("as_of"), data.get("fiscal_year")
        if year is None and as_of and "fiscal_year" not in self.errors:
            # 1월과 2월은 앞 회계연도의 것일 수 있어 정하지 않는다.
            if as_of.month < 3:
                self.add_error("fiscal_year", "어느 회계연도의 자료인지 적어 주세요. 1월과 2월의 기준일은 앞 회계연도의 것일 수 있습니다.")
            data["fiscal_year"] = year = as_of.year
        # 다음 해 2월 10일 출납 정리까지 그 회계연도의 집행이다(지방회계법 7).
        if as_of and year and as_of.year != year and (as_of.year, as_of.month) not in {(year + 1, 1), (year + 1, 2)}:
            self.add_error(
                "as_of", f"{year} 회계연도의 기준일은 {year}년 안이거나 다음 해 2월까지입니다. 둘 가운데 하나를 고쳐 주세요."
            )
        return data


class UploadView(views.UploadView):
    """파일과 회계연도, 기준일 고르기."""

    ledger, form_class, template_name = LEDGER, UploadForm, "budget/snapshot_upload.html"
    with_names = ("file", "brought_by", "fiscal_year")

    def place(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"year": data["fiscal_year"], **super().place(data)}


class ColumnsView(views.ColumnsView):
    ledger, template_name = LEDGER, "budget/snapshot_columns.html"


class PreviewView(views.PreviewView):
    """미리보기. 차이는 세부사업별이다."""

    ledger, template_name = LEDGER, "budget/snapshot_preview.html"
    with_names = ("file", "fiscal_year")
    totals = {
        "budget": "예산액", "current": "예산현액", "committed": "원인행위액", "spent": "지출액", "balance": "집행잔액",
    }  # fmt: skip

    def changes(self, before: ExecutionSnapshot, after: ExecutionSnapshot) -> dict[str, Any]:
        return snapshot_changes(before, after)


def snapshot_changes(before: ExecutionSnapshot, after: ExecutionSnapshot) -> dict[str, Any]:
    """두 자료의 세부사업별 차이. 금액은 원. 질의 두 번."""
    fields = ("detail_program", "detail_program__name")
    old, new = (
        {row["detail_program"]: row for row in one.summaries.filter(cut=ExecutionSummary.Cut.PROGRAM).by(*fields)}
        for one in (before, after)
    )
    rows = []
    for key in {**old, **new}:
        one, two = old.get(key, {}), new.get(key, {})
        if one and two and all(one[name] == two[name] for name in AMOUNTS):
            continue
        if not one or not two:
            kind = "없어짐" if one else "새로 생김"
        else:
            kind = "집행 줄어듦" if two["spent_amount"] < one["spent_amount"] else "바뀜"
        pairs = [(one.get(name), two.get(name)) for name in ("budget_amount", "spent_amount")]
        rows.append({"name": (two or one)["detail_program__name"], "kind": kind, "pairs": pairs})
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    counts["같음"] = len({**old, **new}) - len(rows)
    order = ("집행 줄어듦", "없어짐", "새로 생김", "바뀜")
    rows.sort(key=lambda row: order.index(row["kind"]))
    return {"rows": rows[: views.LISTED], "count": len(rows), "counts": counts}


class ApplyView(views.ApplyView):
    """반영, 그만두기, 되돌리기. 반영하면 그 회계연도를 본다."""

    ledger = LEDGER

    def applied(self, request: HttpRequest, snapshot: ExecutionSnapshot) -> None:
        user = signed_in(request)
        user.fiscal_year = snapshot.fiscal_year.year
        user.save(update_fields=["fiscal_year"])


class SnapshotFileView(views.SnapshotFileView):
    ledger = LEDGER

"""보고서의 Ⅱ장부터 끝까지: 모든 줄이 그 차례대로 실렸는지 보고서의 글과 견준다."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from config.figures import FIGURES, figure
from config.load_report import load_report, read_report
from core.figures.inline import FigureReader
from core.figures.models import ReportedValue
from planning.work_plans import outline
from planning.work_plans.models import WorkItem, WorkLine, WorkPlan, WorkTable
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
PRINTED = Path(__file__).with_name("report_text.txt")
# 글을 뽑을 때 섞여 든 것: 자리 표시, 쪽 번호, 차례의 머리글과 점선
NOISE = re.compile(r"ㅇㅇ|-\s*\d+\s*-|연번 사 업 명 쪽|[\ue000-\uf8ff]|·{3,}\d+")


def bare(text: str) -> str:
    """빈칸과 가운뎃점(깨진 ž, 빠진 것까지)을 뺀 글."""
    return re.sub(r"[\s·․・ㆍž]", "", text)


def loaded_text() -> str:
    """실은 것을 보고서의 차례대로 이은 글. 글에 든 {수치} 는 인쇄된 값으로 채운다."""
    reader = FigureReader({one.code: one for one in FIGURES}, date(2023, 11, 6))

    def filled(text: str) -> str:
        return "".join(part for part, _reading in reader.fill(text))

    found = []
    for plan in (WorkPlan.objects.get(year=y, kind=k) for y, k in ((2023, "result"), (2024, "plan"), (2024, "focus"))):
        items = list(plan.items.select_related("plan").order_by("number"))
        found.append(plan.heading)
        if plan.has_contents:
            found += [item.title for item in items if item.page]
        for item in items:
            tables = {table.name: table for table in item.tables.all()}
            found += [str(item.number), item.title, item.owner, item.purpose]
            for line in item.lines.order_by("order"):
                if line.mark == outline.REQUIRED:
                    found.append(f"□ {item.required_text}")
                elif line.mark == outline.BUDGET:
                    rate = ReportedValue.objects.get(code=f"section.{item.number}.rate").printed
                    found.append("□ 예산현황 (단위: 천원) 예 산 액 집 행 액 집행률(%)")
                    for kind in ("budget", "spent"):
                        amount = f"{item.total(kind) // 1000:,}"
                        found.append(f"{amount}(구비 {amount})")
                    found.append(rate)
                elif line.mark == outline.TABLE:
                    table = tables[line.text]
                    found += [filled(part) for row in table.rows for cell in row for part in cell.lines]
                    if table.unit:
                        found.append(f"({table.unit})")
                else:
                    found.append(f"{line.mark}{filled(line.text)}{line.right}")
    return bare("".join(found))


def test_every_line_of_the_report_is_loaded_in_order() -> None:
    load_report(read_report())
    text, at = loaded_text(), 0
    missing = []
    for raw in PRINTED.read_text(encoding="utf-8").splitlines():
        line = bare(NOISE.sub("", raw))
        if not line:
            continue
        place = text.find(line, at)
        if place < 0:
            missing.append(raw)
        else:
            missing += [f"건너뜀: {text[at:place]!r} ← {raw!r}"] if place > at else []
            at = place + len(line)
    assert not missing, "\n".join(missing)
    assert text[at:] == "", "보고서에 없는 글"

    # 글자는 보고서의 것 그대로다.
    assert WorkLine.objects.filter(text__startswith="설날․추석({seasonal.holidays.areas}개 분야)").exists()
    assert WorkLine.objects.filter(text__contains="폭염・수방・안전・보건").exists()
    assert not WorkLine.objects.filter(text__contains="ž").exists()
    assert WorkLine.objects.filter(text="소송 수행", right="(단위: 건)").exists()
    assert {table.source for table in WorkTable.objects.all()} == {"", "budget.supplementary", "legal.lawsuits"}
    # 본문과 줄은 늘 같다.
    for item in WorkItem.objects.all():
        assert outline.render(row.as_outline for row in item.lines.order_by("order")) == item.body
        item.full_clean()

    # 두 번 실어도 같고, 사람이 고친 글은 덮지 않는다.
    item = WorkItem.objects.get(plan__kind="plan", number=2)
    item.purpose = "사람이 고침"
    item.save()
    before = WorkLine.objects.count()
    load_report(read_report())
    item.refresh_from_db()
    assert (item.purpose, WorkLine.objects.count(), WorkItem.objects.count()) == ("사람이 고침", before, 10)

    # 소요예산의 합: 인쇄된 것과 같다.
    assert figure("work_plans.plan.required").at().value == 1_637_885_000
    assert figure("work_plans.focus.required").at().value == 10_000_000
    assert [figure(f"work_plans.{kind}.items").at().value for kind in ("result", "plan", "focus")] == [5, 4, 1]

    # 보고서를 알아볼 수 있는 화면
    client = Client()
    client.force_login(StaffFactory(role="team", team="planning"))
    for number, words in (
        (1, ["333,545", "(구비 226,719)", "68.0", "67.9", "구정 중점·핵심사업의 체계적 통합 관리"]),
        (2, ["1,036,722", "23.11.06.기준", "간주처리"]), (3, ["(실적: &#x27;23.1.~12.)", "※"]), (5, ["(소취하 등)", "(단위: 건)"]),
    ):  # fmt: skip
        one = WorkItem.objects.get(plan__kind="result", number=number)
        page = client.get(reverse("planning.workitem-detail", args=[one.pk])).content.decode()
        assert [word for word in words if word not in page] == [], number
    board = client.get(reverse("planning.work-plans"), {"year": 2024, "kind": "plan"}).content.decode()
    assert "1,637,885" in board
    book = client.get(reverse("planning.work-plans-book"), {"year": 2024, "kind": "plan"}).content.decode()
    assert "□</b> 소요예산: 총 582,453천원(구비 582,453)" in book
    listed = client.get(figure("work_plans.plan.required").at().url)
    assert listed.context["table"].queryset.count() == 4

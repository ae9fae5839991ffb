"""집행 자료를 가져오는 일: 파일을 읽어 과목과 행을 한 거래 안에서 적는다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.columns import EXECUTION_COLUMNS
from budget.appropriations.models import (
    Account,
    DetailProgram,
    ExecutionRow,
    ExecutionSnapshot,
    ExecutionSummary,
    ExpenseItem,
    Field,
    FiscalYear,
    PolicyProgram,
    ReportProgram,
    Sector,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models.execution import AMOUNTS, SUMMED
from budget.appropriations.models.versions import SOURCES
from core.documents.models import StoredFile
from core.excel.columns import Column
from core.excel.ledger import copy_rows
from core.excel.mapping import with_synonyms
from core.excel.reader import WHOLE_SHEET, FileRefused, Reading, Row, read_table
from core.excel.values import search_key
from core.history.context import acting, acting_as
from core.jobs.queue import JobRefused, Progress
from core.org.models import Department

BATCH = 5_000
SOURCE_AMOUNTS = tuple(f"{source}_amount" for source in SOURCES)
FIELDS = (
    "snapshot", "row_number", "account", "detail_program", "stat_item", "department", "department_name", "funding",
    *AMOUNTS, *SOURCE_AMOUNTS,
)  # fmt: skip
# 화면과 JSON 에 남기는 목록의 길이. 나머지는 건수로만 말한다.
KEPT = 1_000
PREVIEW_LIFE = timedelta(days=1)


def store_path(path: Path, user: Any, name: str = "") -> StoredFile:
    """디스크의 파일을 올린 파일로 보관한다."""
    with path.open("rb") as stream:
        return StoredFile.objects.store(File(stream, name=path.name), user, name or path.name)


def bring_execution(
    source: Path | StoredFile,
    *,
    fiscal_year: int,
    as_of: date,
    user: Any = None,
    name: str = "",
    sheet: str | None = None,
    unit: int | None = None,
    mapping: dict[str, str] | None = None,
    is_sample: bool = False,
    progress: Progress | None = None,
) -> ExecutionSnapshot:
    """집행 파일을 미리보기 상태의 자료 한 벌로 읽는다. 반영은 `snapshot.apply()` 가 한다.

    행과 과목은 모두 한 거래에 적으므로 도중에 죽으면 아무것도 남지 않는다. 고쳐야 할 칸이 하나라도 있으면
    행은 적지 않고, 무엇이 문제인지 `snapshot.report["errors"]` 에 남긴다.
    파일을 읽을 수 없으면 FileRefused 를 낸다.

    뒤에서 돌 때(progress)는 5,000행마다 거래를 끊어, 적는 동안에도 다른 사람이 쓰고 진행이 보인다. 다 적기 전의 자료는
    「읽은 결과」가 비어 있어 반영할 수 없고, 죽으면 이어받은 쪽이 치우고 처음부터 한다.
    """
    purge_stale_previews()
    stored = source if isinstance(source, StoredFile) else store_path(source, user, name)
    now = acting()
    try:
        if progress:
            _clear_half_written(progress)
            progress.report("읽는 중")
        whole = nullcontext() if progress else transaction.atomic()
        with acting_as(user or now.user, f"엑셀 {stored.name}", now.batch), whole:
            reading = read_table(
                Path(stored.file.path), execution_columns(), sheet=sheet, mapping=mapping, unit=unit, limits=WHOLE_SHEET
            )
            missing = [column.title for column in reading.match.missing_required]
            if progress and missing:
                progress.note(missing=missing)
                raise JobRefused(f"{', '.join(missing)} 열을 파일에서 찾지 못했습니다. 어느 열인지 맞춰 주세요.")
            with transaction.atomic():
                year, _created = FiscalYear.objects.get_or_create(year=fiscal_year)
                snapshot = ExecutionSnapshot(
                    fiscal_year=year, as_of=as_of, file=stored, brought_by=user, is_sample=is_sample, mapping=mapping or {}
                )
                snapshot.save()
                if progress:
                    progress.note(snapshot=snapshot.pk)
            rows = _RowWriter(snapshot, is_sample)
            point = None if progress else transaction.savepoint()
            for batch in _batches(reading.rows()):
                if progress:
                    _write_part(rows, batch, reading, progress)
                else:
                    rows.write(batch)
            errors = [*_error_list(reading), *rows.errors]
            if progress:
                progress.report("견주는 중")
            # 한 칸이라도 고쳐야 하면 이 파일에서 만든 과목과 행을 모두 물린다.
            if point and (errors or missing):
                transaction.savepoint_rollback(point)
            with transaction.atomic():
                if progress and errors:
                    _unwrite(snapshot)
                snapshot.sheet, snapshot.unit = reading.sheet, reading.unit
                snapshot.report = _report(reading, rows, errors)
                snapshot.row_count = 0 if errors else rows.count
                snapshot.save()
                snapshot.summarise()
                if progress:
                    said = f"{rows.count:,}행을 읽었습니다." if not errors else f"고칠 칸이 {snapshot.report['error_count']:,}곳 있습니다."
                    progress.finish(said, reverse("budget.snapshot-preview", args=[snapshot.pk]))
            return snapshot
    except Exception:
        if progress:
            _clear_half_written(progress)
        if not isinstance(source, StoredFile):
            stored.discard()
        raise


def _write_part(rows: _RowWriter, batch: tuple[Row, ...], reading: Reading, progress: Progress) -> None:
    """읽은 행의 한 토막을 거래 하나로 적는다. 고칠 칸이 나온 뒤로는 세기만 하고 적지 않는다."""
    snapshot = rows.snapshot
    with transaction.atomic():
        rows.write(batch)
        if reading.error_count or rows.errors:
            transaction.set_rollback(True)
        else:
            # 죽은 뒤에 치울 수 있게, 만든 과목을 행과 함께 적어 둔다.
            snapshot.report = {"created": rows.codes.created_codes()}
            snapshot.save(update_fields=["report"])
            progress.hold()
    progress.report("적는 중", batch[-1].number, reading.row_count)


def _unwrite(snapshot: ExecutionSnapshot) -> None:
    """이 자료의 행과, 이 자료 때문에 만든 과목을 지운다."""
    snapshot.drop_rows()
    _forget_codes(snapshot.report.get("created", []))


def _clear_half_written(progress: Progress) -> None:
    """앞서 맡은 쪽이 적다가 만 자료를 치운다."""
    half = ExecutionSnapshot.objects.filter(
        pk=progress.job.payload.get("snapshot"), status=ExecutionSnapshot.Status.PREVIEW
    ).first()
    if half and not half.is_read:
        discard_preview(half)


def execution_columns() -> list[Column]:
    """받을 열. 관리자가 더한 같은 말(HeadingSynonym)까지 넣는다."""
    return with_synonyms("budget.executionrow", EXECUTION_COLUMNS)


def purge_stale_previews() -> None:
    """반영하지 않고 하루가 지난 미리보기를 지운다."""
    before = timezone.now() - PREVIEW_LIFE
    for snapshot in ExecutionSnapshot.objects.filter(status=ExecutionSnapshot.Status.PREVIEW, brought_at__lt=before):
        discard_preview(snapshot)
    StoredFile.objects.discard_unused(before)


@transaction.atomic
def discard_preview(snapshot: ExecutionSnapshot) -> None:
    """반영하지 않은 미리보기를 행까지 지우고, 이 파일 때문에 생긴 과목도 아무도 쓰지 않으면 함께 지운다."""
    snapshot.discard()
    _forget_codes(snapshot.report.get("created", []))


def _forget_codes(created: list[tuple[str, list[int]]]) -> None:
    # 만든 차례의 거꾸로: 세부사업부터 분야까지. 그 사이 누가 쓴 과목은 남는다.
    for label, keys in reversed(created):
        model = apps.get_model(label)
        used = [relation.name for relation in model._meta.related_objects]
        for start in range(0, len(keys), 500):
            unused = model._base_manager.filter(pk__in=keys[start : start + 500], **{f"{name}__isnull": True for name in used})
            unused.delete()


@dataclass(frozen=True)
class SummaryGap:
    """행을 다시 더한 값과 적어 둔 합이 다른 한 자리. 금액은 원, 적힌 것이 없으면 None."""

    cut: str
    label: str
    column: str
    rows: int | None
    summary: int | None

    def __str__(self) -> str:
        shown = ["-" if value is None else f"{value:,}" for value in (self.rows, self.summary)]
        return f"{self.cut} {self.label} {self.column}: 행 {shown[0]}, 합 {shown[1]}"


def summary_gaps(snapshot: ExecutionSnapshot) -> list[SummaryGap]:
    """적어 둔 합이 행과 다른 자리 모두. 갈래마다 행을 데이터베이스에서 다시 더해(GROUP BY) 원까지 견준다."""
    gaps = []
    for cut in ExecutionSummary.Cut:
        keys = [field.name for field in ExecutionSummary.key_fields(cut)]
        counted, kept = (
            {tuple(group.pop(key) for key in keys): group for group in found.by(*keys)}
            for found in (snapshot.rows.all(), snapshot.summaries.filter(cut=cut))
        )
        for key in {**counted, **kept}:
            one, two = counted.get(key, {}), kept.get(key, {})
            for column in ("rows", *SUMMED):
                if one.get(column) != two.get(column):
                    title = str(ExecutionSummary._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
                    gaps.append(SummaryGap(str(cut.label), f"{key[1]} {key[2]}", title, one.get(column), two.get(column)))
    marks = snapshot.rows.all().marks(snapshot.MARK_EVERY)
    if marks != snapshot.marks:
        gaps.append(SummaryGap("쪽갈피", "", "개수", len(marks), len(snapshot.marks)))
    return gaps


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    # itertools.batched 는 파이썬 3.12 부터 있다.
    rows = iter(rows)
    while batch := tuple(islice(rows, BATCH)):
        yield batch


class _Codes:
    """파일에 적힌 과목 이름을 과목표의 행으로 바꾼다. 없는 과목은 새로 만든다(e호조가 주인이다)."""

    def __init__(self, year: FiscalYear, as_of: date, is_sample: bool) -> None:
        self.year, self.is_sample = year, is_sample
        self.accounts = {row.name: row for row in Account.objects.filter(fiscal_year=year)}
        self.fields = {row.name: row for row in Field.objects.filter(fiscal_year=year)}
        self.sectors = {(row.field_id, row.name): row for row in Sector.objects.filter(fiscal_year=year)}
        self.policies = {
            (row.field_id, row.sector_id, row.name): row for row in PolicyProgram.objects.filter(fiscal_year=year)
        }
        self.units = {(row.policy_program_id, row.name): row for row in UnitProgram.objects.filter(fiscal_year=year)}
        # 지난해의 같은 단위사업이나 업무보고 사업에서 담당 팀을 이어받는다.
        self.teams = {
            **dict(UnitProgram.objects.exclude(team="").order_by("fiscal_year__year").values_list("name", "team")),
            **dict(ReportProgram.objects.filter(fiscal_year=year).values_list("unit_program_name", "team")),
        }
        self.details: dict[tuple[int, str, str], DetailProgram] = {
            (row.unit_program_id, row.name, row.code): row for row in DetailProgram.objects.filter(fiscal_year=year)
        }
        self.expense_items = {row.code: row for row in ExpenseItem.objects.filter(fiscal_year=year)}
        self.stat_items = {row.code: row for row in StatItem.objects.filter(fiscal_year=year)}
        self.stat_names = {search_key(row.name): row for row in self.stat_items.values()}
        # 같은 이름의 부서가 있으면 기준일에 있던 부서가 이긴다.
        departments = [*Department.objects.order_by("-valid_from"), *Department.objects.valid_on(as_of)]
        self.departments = {search_key(row.name): row for row in departments}
        # 파일에 적힌 (분야, 부문, 정책사업, 단위사업) → 단위사업의 번호
        self.unit_keys: dict[tuple[Any, ...], int] = {}
        self.new_programs: list[str] = []
        # 이 파일 때문에 만든 과목의 번호, 만든 차례대로
        self.created: dict[str, list[int]] = {
            model._meta.label_lower: []
            for model in (Account, Field, Sector, PolicyProgram, UnitProgram, ExpenseItem, StatItem, DetailProgram)
        }

    def created_codes(self) -> list[tuple[str, list[int]]]:
        """만든 과목의 번호, 만든 차례대로. (jsonb 는 사전의 차례를 지키지 않는다.)"""
        return [(label, keys) for label, keys in self.created.items() if keys]

    def _new(self, code: Any) -> Any:
        code.save()
        self.created[code._meta.label_lower].append(code.pk)
        return code

    def account(self, name: str) -> Account | None:
        if not name:
            return None
        if name not in self.accounts:
            self.accounts[name] = self._new(Account(fiscal_year=self.year, name=name, kind=_account_kind(name)))
        return self.accounts[name]

    def department(self, name: str) -> Department | None:
        return self.departments.get(search_key(name))

    def add_programs(self, batch: Iterable[Row]) -> None:
        """batch 에 처음 나온 세부사업을 한꺼번에 만든다. 가장 많은 과목이라 하나씩 만들면 느리다."""
        new: dict[tuple[int, str, str], DetailProgram] = {}
        for row in batch:
            key = self._program_key(row.values)
            if key not in self.details and key not in new:
                new[key] = DetailProgram(
                    fiscal_year=self.year, unit_program_id=key[0], name=key[1], code=key[2],
                    department=self.department(row.values["department"]), is_sample=self.is_sample,
                )
                self.new_programs.append(key[1])
        DetailProgram.objects.bulk_create(new.values())
        self.created[DetailProgram._meta.label_lower] += [program.pk for program in new.values()]
        self.details |= new

    def program(self, values: dict[str, Any]) -> DetailProgram:
        return self.details[self._program_key(values)]

    def _program_key(self, values: dict[str, Any]) -> tuple[int, str, str]:
        # 같은 단위사업의 행이 이어지므로 이름 묶음마다 한 번만 따라간다.
        names = (values.get("field"), values.get("sector"), values.get("policy_program"), values["unit_program"])
        unit = self.unit_keys.get(names)
        if unit is None:
            field = self._field(values.get("field") or "")
            sector = self._sector(field, values.get("sector") or "")
            policy = self._policy(field, sector, values.get("policy_program") or values["unit_program"])
            unit = self.unit_keys[names] = self._unit(policy, values["unit_program"]).pk
        return (unit, values["detail_program"], values.get("detail_program_code") or "")

    def _field(self, name: str) -> Field | None:
        if name and name not in self.fields:
            self.fields[name] = self._new(Field(fiscal_year=self.year, name=name))
        return self.fields.get(name)

    def _sector(self, field: Field | None, name: str) -> Sector | None:
        if field is None or not name:
            return None
        key = (field.pk, name)
        if key not in self.sectors:
            self.sectors[key] = self._new(Sector(fiscal_year=self.year, field=field, name=name))
        return self.sectors[key]

    def _policy(self, field: Field | None, sector: Sector | None, name: str) -> PolicyProgram:
        key = (field.pk if field else None, sector.pk if sector else None, name)
        if key not in self.policies:
            self.policies[key] = self._new(PolicyProgram(fiscal_year=self.year, field=field, sector=sector, name=name))
        return self.policies[key]

    def _unit(self, policy: PolicyProgram, name: str) -> UnitProgram:
        key = (policy.pk, name)
        if key not in self.units:
            team = self.teams.get(name, "")
            self.units[key] = self._new(UnitProgram(fiscal_year=self.year, policy_program=policy, name=name, team=team))
        return self.units[key]

    def stat_item(self, text: str, expense_name: str) -> StatItem | None:
        """「201-01 사무관리비」「201-1」「사무관리비」를 통계목으로 바꾼다."""
        if not text:
            return None
        head, _, rest = text.partition(" ")
        if head[:1].isdigit() and "-" in head:
            item, _, sub = head.partition("-")
            code = f"{item.zfill(3)}-{sub.zfill(2)}"
            if code not in self.stat_items:
                expense = self._expense(item.zfill(3), expense_name)
                self.stat_items[code] = self._new(
                    StatItem(fiscal_year=self.year, code=code, name=rest.strip() or code, expense_item=expense)
                )
            return self.stat_items[code]
        found = self.stat_names.get(search_key(text))
        if found is None:
            expense = self._expense(expense_name or "기타", expense_name)
            found = self._new(StatItem(fiscal_year=self.year, code=text[:40], name=text, expense_item=expense))
            self.stat_names[search_key(text)] = self.stat_items[found.code] = found
        return found

    def _expense(self, code: str, name: str) -> ExpenseItem:
        if code not in self.expense_items:
            name = name.removeprefix(code).strip() or code
            self.expense_items[code] = self._new(ExpenseItem(fiscal_year=self.year, code=code[:40], name=name))
        return self.expense_items[code]


def _account_kind(name: str) -> Account.Kind:
    if "특별회계" in name:
        return Account.Kind.SPECIAL
    return Account.Kind.FUND if name.endswith("기금") else Account.Kind.GENERAL


class _RowWriter:
    """읽은 행을 과목과 맞춰 한꺼번에 적고, 금액이 서로 맞는지 본다."""

    def __init__(self, snapshot: ExecutionSnapshot, is_sample: bool) -> None:
        self.snapshot = snapshot
        self.codes = _Codes(snapshot.fiscal_year, snapshot.as_of, is_sample)
        self.count = 0
        self.errors: list[dict[str, Any]] = []
        self.totals: dict[str, int | None] = dict.fromkeys(AMOUNTS)
        self.doubts: dict[str, list[int]] = defaultdict(list)
        self.unknown_departments: dict[str, int] = defaultdict(int)

    def write(self, batch: tuple[Row, ...]) -> None:
        self.codes.add_programs(batch)
        copy_rows(ExecutionRow, FIELDS, [row for row in map(self._row, batch) if row])

    def _row(self, row: Row) -> tuple[Any, ...] | None:
        """FIELDS 차례의 값. 다른 해의 행이면 오류로 적고 None."""
        values = row.values
        year = values.get("fiscal_year")
        if year is not None and year != self.snapshot.fiscal_year.year:
            self.errors.append({
                "sheet": row.sheet, "row": row.number, "column": "회계연도", "letter": "", "value": str(year),
                "reason": f"{year}년 자료입니다. {self.snapshot.fiscal_year.year} 회계연도에 넣을 수 없습니다.",
                "remedy": "회계연도를 바꿔 고르거나 맞는 파일을 올려 주세요.",
            })
            return None
        name = values["department"]
        department = self.codes.department(name)
        if department is None:
            self.unknown_departments[name] += 1
        amounts = {column: values.get(column) for column in AMOUNTS}
        sources = {column: values.get(column) for column in SOURCE_AMOUNTS}
        amounts["budget_amount"] = amounts["budget_amount"] or 0
        amounts["spent_amount"] = amounts["spent_amount"] or 0
        self._doubt(row.number, amounts, sources)
        for column, value in amounts.items():
            if value is not None:
                self.totals[column] = (self.totals[column] or 0) + value
        self.count += 1
        account = self.codes.account(values.get("account") or "")
        stat_item = self.codes.stat_item(values.get("stat_item") or "", values.get("expense_item") or "")
        return (
            self.snapshot.pk,
            row.number,
            account.pk if account else None,
            self.codes.program(values).pk,
            stat_item.pk if stat_item else None,
            department.pk if department else None,
            name,
            "+".join(source for source in SOURCES if sources[f"{source}_amount"]),
            *amounts.values(),
            *sources.values(),
        )

    def _doubt(self, number: int, amounts: dict[str, int | None], sources: dict[str, int | None]) -> None:
        budget, spent, current = amounts["budget_amount"], amounts["spent_amount"], amounts["current_amount"]
        limit = current if current is not None else budget
        filled = [value for value in sources.values() if value is not None]
        if filled and sum(filled) not in (budget, current):
            self.doubts["재원을 더한 값이 예산액과 다릅니다"].append(number)
        if limit is not None and spent is not None and spent > limit:
            self.doubts["지출액이 예산현액보다 큽니다"].append(number)
        balance = amounts["balance_amount"]
        if balance is not None and limit is not None and spent is not None and balance not in (
            limit - spent, limit - (amounts["committed_amount"] or spent)
        ):
            self.doubts["집행잔액이 예산현액에서 지출액을 뺀 값과 다릅니다"].append(number)


def _error_list(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"sheet": e.sheet, "row": e.row, "column": e.column, "letter": e.letter, "value": e.value, "reason": e.reason,
         "remedy": e.remedy}
        for e in reading.errors
    ]


def _report(reading: Reading, rows: _RowWriter, errors: list[dict[str, Any]]) -> dict[str, Any]:
    """미리보기와 명령이 함께 쓰는 결과. 금액은 원."""
    doubts = [
        f"{text}: {len(numbers):,}행({', '.join(map(str, numbers[:5]))}행{' 등' if len(numbers) > 5 else ''})"
        for text, numbers in rows.doubts.items()
    ]
    unknown = []
    if names := sorted(rows.unknown_departments.items(), key=lambda item: -item[1]):
        listed = ", ".join(f"{name} {count:,}행" for name, count in names[:5])
        more = f" 외 {len(names) - 5}곳" if len(names) > 5 else ""
        unknown = [f"부서표에 없는 부서 {len(names)}곳: {listed}{more}. 행은 받되 파일에 적힌 이름으로 보입니다."]
    aside = [row for row in reading.set_aside if row.kind != "blank"]
    return {
        # 머리글과 빈 줄을 뺀 줄. 읽은 행 + 덜어 둔 줄 + 오류 행과 같다.
        "rows": reading.row_count - len(reading.heading_rows),
        "taken": rows.count,
        "skipped": [
            {"sheet": row.sheet, "row": row.row, "kind": row.kind, "reason": row.reason, "text": row.text}
            for row in aside[:KEPT]
        ],
        "skipped_count": len(aside),
        "errors": errors[:KEPT],
        "error_count": reading.error_count + len(rows.errors),
        "missing": [column.title for column in reading.match.missing_required],
        "totals": {column.removesuffix("_amount"): value for column, value in rows.totals.items()},
        "checks": [
            {"sheet": c.sheet, "row": c.row, "label": c.label, "column": c.column, "printed": c.printed,
             "computed": c.computed, "difference": c.difference}
            for c in sorted(reading.total_checks, key=lambda c: not c.difference)[:KEPT]
        ],
        "check_count": len(reading.total_checks),
        "warnings": [*reading.warnings, *doubts, *unknown],
        "new_programs": rows.codes.new_programs[:KEPT],
        "new_program_count": len(rows.codes.new_programs),
        # 미리보기를 지울 때 되돌릴 과목. 오류가 있으면 이미 물렸다.
        "created": [] if errors else rows.codes.created_codes(),
        "unit": reading.unit,
        "headings": [heading.text for heading in reading.headings],
        "heading_rows": list(reading.heading_rows),
        "mapping": {name: reading.headings[index].text for name, index in reading.match.matched.items()},
    }


__all__ = ["FileRefused", "bring_execution", "discard_preview", "purge_stale_previews", "store_path"]

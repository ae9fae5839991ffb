"""집행 자료를 가져오는 일: 파일에 적힌 과목 이름을 과목표의 행으로 바꾸고, 금액이 서로 맞는지 본다. 길은 core/ledgers 다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Sum

from budget.appropriations.columns import EXECUTION_COLUMNS
from budget.appropriations.models import (
    Account,
    DetailProgram,
    ExecutionSnapshot,
    ExpenseItem,
    Field,
    FiscalYear,
    PolicyProgram,
    ReportProgram,
    Sector,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models.execution import AMOUNTS
from budget.appropriations.models.versions import SOURCES
from core.access import Team
from core.documents.models import StoredFile
from core.excel.reader import Question, Row, scale_question
from core.excel.values import search_key
from core.ledgers.reading import KEPT, Ledger, RowWriter, bring
from core.org.models import Department

SOURCE_AMOUNTS = tuple(f"{source}_amount" for source in SOURCES)
FIELDS = (
    "snapshot", "row_number", "account", "detail_program", "stat_item", "department", "department_name", "funding",
    *AMOUNTS, *SOURCE_AMOUNTS,
)  # fmt: skip


def bring_execution(
    source: Path | StoredFile, *, fiscal_year: int, as_of: date, is_sample: bool = False, **options: Any
) -> ExecutionSnapshot:
    """집행 파일을 미리보기로 읽는다. options 는 bring 의 것(user, name, sheet, unit, mapping, progress)이다."""
    place = {"year": fiscal_year, "as_of": as_of.isoformat(), "is_sample": is_sample}
    snapshot: ExecutionSnapshot = bring(LEDGER, source, place, **options)
    return snapshot


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


class ExecutionWriter(RowWriter):
    """읽은 행을 과목과 맞춰 한꺼번에 적고, 금액이 서로 맞는지 본다."""

    fields = FIELDS

    def __init__(self, snapshot: ExecutionSnapshot) -> None:
        super().__init__(snapshot)
        self.codes = _Codes(snapshot.fiscal_year, snapshot.as_of, snapshot.is_sample)
        self.totals = dict.fromkeys(AMOUNTS)
        self.unknown_departments: dict[str, int] = defaultdict(int)

    def prepare(self, batch: tuple[Row, ...]) -> None:
        self.codes.add_programs(batch)

    def created_codes(self) -> list[tuple[str, list[int]]]:
        return self.codes.created_codes()

    def warnings(self) -> list[str]:
        names = sorted(self.unknown_departments.items(), key=lambda item: -item[1])
        if not names:
            return []
        listed = ", ".join(f"{name} {count:,}행" for name, count in names[:5])
        more = f" 외 {len(names) - 5}곳" if len(names) > 5 else ""
        return [f"부서표에 없는 부서 {len(names)}곳: {listed}{more}. 행은 받되 파일에 적힌 이름으로 보입니다"]

    def questions(self) -> list[Question]:
        """같은 세부사업의 예산액이 앞선 자료와 500배 넘게 다르면 단위를 묻는다."""
        pointers = ExecutionSnapshot.pointers().filter(as_of__lte=self.snapshot.as_of).select_related("snapshot")
        previous = self.snapshot.earlier_pointer() or pointers.order_by("-as_of").first()
        if previous is None:
            return []
        old, new = (self._budgets(snapshot) for snapshot in (previous.snapshot, self.snapshot))
        found = scale_question(((old[key], new[key]) for key in old.keys() & new.keys()), "같은 세부사업의 앞선 자료")
        return [found] if found else []

    @staticmethod
    def _budgets(snapshot: ExecutionSnapshot) -> dict[tuple[str, str], int | None]:
        names = ("detail_program__unit_program__name", "detail_program__name")
        rows = snapshot.rows.values_list(*names).annotate(amount=Sum("budget_amount")).order_by()
        return {(unit, detail): amount for unit, detail, amount in rows}

    def more(self) -> dict[str, Any]:
        programs = self.codes.new_programs
        return {"new_programs": programs[:KEPT], "new_program_count": len(programs)}

    def row(self, row: Row) -> tuple[Any, ...] | None:
        """다른 해의 행이면 받지 않는다."""
        values = row.values
        year, own = values.get("fiscal_year"), self.snapshot.fiscal_year.year
        if year is not None and year != own:
            self.refuse(
                row, "회계연도", str(year), f"{year}년 자료입니다. {own} 회계연도에 넣을 수 없습니다.",
                "회계연도를 바꿔 고르거나 맞는 파일을 올려 주세요.",
            )  # fmt: skip
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


def _new_snapshot(year: int, as_of: str, is_sample: bool = False) -> ExecutionSnapshot:
    """아직 적지 않은 한 벌. 처음 보는 회계연도면 함께 만든다."""
    fiscal_year, _created = FiscalYear.objects.get_or_create(year=year)
    return ExecutionSnapshot(fiscal_year=fiscal_year, as_of=date.fromisoformat(as_of), is_sample=is_sample)


LEDGER = Ledger(
    ExecutionSnapshot, "budget.executionrow", EXECUTION_COLUMNS, ExecutionWriter, _new_snapshot, Team.BUDGET, "budget.snapshot",
    "budget.read-execution",
)  # fmt: skip

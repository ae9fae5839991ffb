"""표본 장부: 세부사업 × 통계목 × 부서의 한 해 예산과 집행. 같은 씨앗이면 언제나 같은 값이다.

기획예산과의 2023. 10. 31. 예산액과 집행액만 업무보고의 값이고(세부사업을 더하면 원까지 같다), 나머지는 지어낸 것이다.
"""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from budget.appropriations.models.versions import SOURCES
from core.org.sample import sample_departments

YEAR = 2023
SEED = 2023
FIXTURES = Path(settings.BASE_DIR) / "fixtures"
REPORT_MONTH = 10
# 10월까지의 집행을 1로 본 월말 누계. 0은 연초.
PACES = {
    "steady": (0, 0.05, 0.13, 0.24, 0.34, 0.45, 0.60, 0.70, 0.80, 0.90, 1),
    "front": (0, 0.10, 0.24, 0.42, 0.57, 0.68, 0.80, 0.86, 0.92, 0.96, 1),
    "late": (0, 0.02, 0.05, 0.10, 0.16, 0.24, 0.38, 0.50, 0.64, 0.82, 1),
}
TEMPLATE_PACES = {"보조": "front", "복지": "steady", "시설": "late", "정보": "front", "위탁": "steady", "운영": "steady", "기본": "steady"}
# 세부사업코드의 앞 세 자리가 부서다. 001은 기획예산과
DIVISION = "001"
# 11월까지 10월 뒤 집행의 몇 할을 쓰는가
NOVEMBER = 0.45


def sample_programs() -> dict[str, Any]:
    """표본 사업표(fixtures/sample_programs.json)."""
    data: dict[str, Any] = json.loads((FIXTURES / "sample_programs.json").read_text(encoding="utf-8"))
    return data


def _stat_items() -> dict[str, tuple[str, str]]:
    """통계목 코드 → (편성목 「201 일반운영비」, 통계목 「201-01 사무관리비」)"""
    data = json.loads((FIXTURES / f"stat_items_{YEAR}.json").read_text(encoding="utf-8"))
    return {
        stat["code"]: (f"{item['code']} {item['name']}", f"{stat['code']} {stat['name']}")
        for item in data["items"]
        for stat in item["stat_items"]
    }


@dataclass(frozen=True)
class LedgerLine:
    """장부의 한 줄. 금액은 원이고 예산의 층(본예산, 추경 1·2차, 변경사용)을 따로 안다."""

    department: str
    account: str
    field: str
    sector: str
    policy: str
    unit: str
    program: str
    code: str
    expense_item: str
    stat_item: str
    section: str | None
    funding: tuple[tuple[str, int], ...]
    layers: tuple[tuple[date, str, int], ...]
    spent_october: int
    spent_december: int
    pace: str
    bend: float
    commit_share: float

    @property
    def is_division(self) -> bool:
        return self.code.startswith(DIVISION)

    @property
    def stat_code(self) -> str:
        return self.stat_item.partition(" ")[0]

    def layer(self, name: str) -> int:
        """한 층의 금액(원)."""
        return sum(amount for _day, layer, amount in self.layers if layer == name)

    def budget(self, day: date) -> int:
        """예산액 = 본예산 + 추경"""
        return sum(amount for start, layer, amount in self.layers if start <= day and layer != "change_of_use")

    def current(self, day: date) -> int:
        """예산현액 = 예산액 ± 변경사용"""
        return sum(amount for start, _layer, amount in self.layers if start <= day)

    def sources(self, day: date) -> dict[str, int]:
        """예산액의 재원별 금액(원). 나누고 남은 원은 첫 재원에 둔다."""
        budget, amounts = self.budget(day), dict.fromkeys(SOURCES, 0)
        for source, share in self.funding:
            amounts[source] = budget * share // 100
        amounts[self.funding[0][0]] += budget - sum(amounts.values())
        return amounts

    def limit(self, day: date) -> int:
        """그날 쓸 수 있는 돈. 뒤에 변경사용으로 나갈 돈은 미리 쓰지 않는다."""
        return min(self.current(moment) for moment in {day, *(start for start, _layer, _amount in self.layers if start > day)})

    def spent(self, day: date) -> int:
        """지출 누계(원). 날이 갈수록 줄지 않는다."""
        at = day.month - 1 + day.day / monthrange(day.year, day.month)[1]
        if at <= REPORT_MONTH:
            month = min(int(at), REPORT_MONTH - 1)
            before, after = (PACES[self.pace][index] ** self.bend for index in (month, month + 1))
            amount = _down(self.spent_october * (before + (after - before) * (at - month)))
        else:
            later = (at - REPORT_MONTH) * NOVEMBER if at <= 11 else NOVEMBER + (at - 11) * (1 - NOVEMBER)
            amount = self.spent_october + _down((self.spent_december - self.spent_october) * later)
        return min(amount, self.limit(day))

    def committed(self, day: date) -> int:
        """원인행위 누계(원). 지출액과 예산현액 사이."""
        spent = self.spent(day)
        return spent + _down((self.limit(day) - spent) * self.commit_share)


def _down(amount: float) -> int:
    """10원 아래를 버린다(지방회계법 55의 끝수)."""
    return int(round(amount, 4)) // 10 * 10


@cache
def ledger(seed: int = SEED) -> tuple[LedgerLine, ...]:
    """표본 장부 전체: 기획예산과, 그다음 직제순 표본 부서."""
    table = sample_programs()
    maker = _LedgerMaker(table, seed)
    departments = {row["code"]: row["name"] for row in sample_departments()}
    lines = maker.division(departments["planning-budget"])
    for number, (code, programs) in enumerate(table["departments"].items(), start=2):
        lines += maker.department(departments[code], number, programs)
    return tuple(lines)


class _LedgerMaker:
    """사업표와 씨앗으로 장부의 줄을 만든다."""

    def __init__(self, table: dict[str, Any], seed: int) -> None:
        self.table, self.seed = table, seed
        self.stat_items = _stat_items()
        self.days = {"original": date(YEAR, 1, 1), **{name: date.fromisoformat(day) for name, day in table["layers"].items()}}

    def division(self, department: str) -> list[LedgerLine]:
        division, lines = self.table["division"], []
        for unit_number, unit in enumerate(division["units"], start=1):
            basic = unit["name"] == "기본경비"
            place = {
                "department": department, "account": "일반회계", "field": division["field"], "sector": division["sector"],
                "policy": f"행정운영경비({department})" if basic else division["policy"], "unit": unit["name"],
                "funding": (("own", 100),),
            }
            for number, program in enumerate(unit["programs"], start=1):
                code = f"{DIVISION}{unit_number:02d}{number:02d}"
                lines += self._lines(place, code, program, program["items"], program["spent"] * 1_000)
        return lines

    def department(self, department: str, number: int, programs: dict[str, Any]) -> list[LedgerLine]:
        place = {
            "department": department, "account": programs.get("account", "일반회계"), "field": programs["field"],
            "sector": programs["sector"], "policy": programs["policy"],
        }
        basic = {"name": "기본경비", "template": "기본", "budget": programs["basic"], "funding": "구비"}
        units = [*programs["units"], {"name": "기본경비", "programs": [basic]}]
        lines: list[LedgerLine] = []
        for unit_number, unit in enumerate(units, start=1):
            policy = f"행정운영경비({department})" if unit["name"] == "기본경비" else place["policy"]
            for at, program in enumerate(unit["programs"], start=1):
                code = f"{number:03d}{unit_number:02d}{at:02d}"
                rate = Random(f"{self.seed}:{code}").uniform(0.66, 0.88)  # noqa: S311 - 표본 수치일 뿐이다
                template = program["template"]
                funding = tuple(self.table["fundings"][program["funding"]].items())
                where = {**place, "policy": policy, "unit": unit["name"], "funding": funding}
                spent = _down(program["budget"] * 1_000 * rate)
                paced = {**program, "pace": TEMPLATE_PACES[template]}
                lines += self._lines(where, code, paced, self.table["templates"][template], spent)
        return lines

    def _lines(
        self, place: dict[str, Any], code: str, program: dict[str, Any], items: dict[str, int], spent: int
    ) -> list[LedgerLine]:
        """한 세부사업의 줄. 예산은 천원, 집행은 10원 단위로 나누어 합이 꼭 맞는다."""
        random = Random(f"{self.seed}:{code}:{program['name']}")  # noqa: S311 - 표본 수치일 뿐이다
        weights = [weight * random.uniform(0.85, 1.15) for weight in items.values()]
        budgets = [amount * 1_000 for amount in _divide(program["budget"], weights, 10)]
        own = program["name"] if code.startswith(DIVISION) else ""
        layers = [self._layers(random, own, stat, budget) for stat, budget in zip(items, budgets, strict=True)]
        limits = [min(budget, sum(amount for _day, _name, amount in layer)) for budget, layer in zip(budgets, layers, strict=True)]
        wishes = [limit * random.uniform(0.7, 1.3) for limit in limits]
        octobers = _divide_within(spent, wishes, [limit * 97 // 1000 * 10 for limit in limits])
        lines = []
        for stat, layer, limit, october in zip(items, layers, limits, octobers, strict=True):
            expense_item, stat_item = self.stat_items[stat]
            lines.append(LedgerLine(
                **place, program=program["name"], code=code, expense_item=expense_item, stat_item=stat_item,
                section=program.get("section"), layers=layer, spent_october=october,
                spent_december=max(october, _down(limit * random.uniform(0.88, 0.985))), pace=program["pace"],
                bend=random.uniform(0.88, 1.15), commit_share=random.choice((0, 0.05, 0.1, 0.2, 0.35)),
            ))
        return lines

    def _layers(self, random: Random, program: str, stat: str, budget: int) -> tuple[tuple[date, str, int], ...]:
        """더하면 예산액이 되는 본예산·추경, 그리고 같은 단위사업 안에서 더해 0이 되는 변경사용."""
        first = budget // 1000 * random.randint(8, 24) // 100 * 1000 if random.random() < 0.25 else 0
        second = budget // 1000 * random.randint(3, 8) // 100 * 1000 if random.random() < 0.08 else 0
        amounts = {"original": budget - first - second, "supp_1": first, "supp_2": second}
        for change in self.table["changes"]:
            for side, sign in (("from", -1), ("to", 1)):
                if change[side] == [program, stat]:
                    amounts["change_of_use"] = amounts.get("change_of_use", 0) + sign * change["amount"] * 1_000
        return tuple((self.days[name], name, amount) for name, amount in amounts.items() if amount)


def _divide(total: int, weights: list[float], step: int) -> list[int]:
    """total 을 비율대로 step 단위로 나눈다. 남는 것은 가장 큰 몫에 더한다."""
    whole = sum(weights)
    parts = [int(total * weight / whole) // step * step for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts


def _divide_within(total: int, weights: list[float], limits: list[int]) -> list[int]:
    """total 을 비율대로 10원 단위로 나누되 limits 를 넘지 않는다. 넘친 것은 여유가 큰 차례로 채운다."""
    parts = [min(part, limit) for part, limit in zip(_divide(total, weights, 10), limits, strict=True)]
    left = total - sum(parts)
    for index in sorted(range(len(parts)), key=lambda index: parts[index] - limits[index]):
        more = min(left, limits[index] - parts[index])
        parts[index] += more
        left -= more
    if left:
        raise ValueError(f"집행액 {total:,}원을 예산 안에 나눌 수 없습니다.")
    return parts

"""지표 진단: 무엇이 왜 걸리고, 무엇은 걸리지 않는가."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evaluation.performance.linting import (
    BELOW_BASE,
    DUPLICATE,
    NEVER_MISSED,
    NO_EVIDENCE,
    NO_TARGET,
    UNIT,
    counted,
    diagnose,
    formula_disagrees,
    is_easier,
)
from tests.evaluation.performance import factories as make

pytestmark = pytest.mark.django_db
D = Decimal


def rules(**values: Any) -> list[str]:
    indicator = make.IndicatorFactory(**values)
    return [one.rule for one in diagnose(indicator.perf_project.plan).get(indicator.pk, [])]


def test_a_good_indicator_is_clean() -> None:
    assert rules(base_value=D(95), target=D(98)) == []


def test_each_rule_has_its_reason() -> None:
    assert rules(evidence=" ") == [NO_EVIDENCE]
    assert rules(target=None) == [NO_TARGET]
    assert rules(direction="milestone", method="steps", target=None, unit="단계", formula_text="마친 단계") == [NO_TARGET]
    assert rules(target=D(90), base_value=D(95)) == [BELOW_BASE]
    assert rules(direction="down", target=D(9), base_value=D(8)) == [BELOW_BASE]
    assert rules(unit="건") == [UNIT]


@pytest.mark.parametrize(
    ("formula", "unit", "expected"),
    [
        ("(이행 ÷ 대상) × 100", "%", False), ("이행/대상*100", "%", False), ("이행 건수의 합", "건", False),
        ("이행 건수의 합", "%", True), ("(이행 ÷ 대상) × 100", "점", True), ("걸린 시간의 합 ÷ 처리 건수", "일", False),
    ],
)  # fmt: skip
def test_formula_and_unit(formula: str, unit: str, expected: bool) -> None:
    assert formula_disagrees(formula, unit) is expected


def test_easier_depends_on_the_direction() -> None:
    assert is_easier("up", D(9), D(10))
    assert not is_easier("up", D(10), D(10))
    assert is_easier("down", D(10), D(9))
    assert not is_easier("milestone", D(1), D(9))
    assert not is_easier("up", None, D(9))


def test_never_missed_needs_three_full_years() -> None:
    indicator = make.IndicatorFactory(base_value=None, target=D(100))
    plan = indicator.perf_project.plan
    for year in (2021, 2022):
        make.IndicatorPastFactory(indicator=indicator, year=year, target=D(90), actual=D(90))
    assert indicator.pk not in diagnose(plan)
    past = make.IndicatorPastFactory(indicator=indicator, year=2020, target=D(90), actual=D(91))
    assert [one.rule for one in diagnose(plan)[indicator.pk]] == [NEVER_MISSED]
    assert "2020년 91/90" in diagnose(plan)[indicator.pk][0].detail
    past.actual = D(89)
    past.save()
    assert indicator.pk not in diagnose(plan)
    # 아는 해가 하나 비면 늘 달성했다고 말하지 않는다.
    past.actual = None
    past.save()
    assert indicator.pk not in diagnose(plan)


def test_the_last_actual_counts_as_the_base() -> None:
    indicator = make.IndicatorFactory(target=D(90), base_value=D(80))
    make.IndicatorPastFactory(indicator=indicator, year=2022, target=D(90), actual=D(96))
    (finding,) = diagnose(indicator.perf_project.plan)[indicator.pk]
    assert (finding.rule, finding.detail) == (BELOW_BASE, "목표 90, 견준 값 96 %")


def test_the_same_name_in_another_department_only() -> None:
    one, two = make.IndicatorFactory(name="교육 만족도"), make.IndicatorFactory(name="교육  만족도")
    make.IndicatorFactory(name="교육 만족도(내부)", perf_project=one.perf_project)
    plan = one.perf_project.plan
    found = diagnose(plan)
    assert {key: [finding.rule for finding in findings] for key, findings in found.items()} == {
        one.pk: [DUPLICATE], two.pk: [DUPLICATE],
    }  # fmt: skip
    assert found[one.pk][0].detail == str(two.perf_project.department)
    # 부서 담당자에게는 다른 부서의 이름을 알려 주지 않는다.
    assert diagnose(plan, whole=False)[one.pk][0].detail == "다른 부서"
    assert counted(found)[DUPLICATE] == 2

"""표본 지표의 목록(fixtures/sample_performance.txt)을 읽고, 값을 정해진 난수로 채운다. 몇 번 읽어도 같다."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from django.conf import settings

from core.formats import round_rate

YEAR = 2023
SEED = 20230331
DIRECTIONS = {"u": ("up", "ratio"), "d": ("down", "ratio"), "l": ("down", "linear"), "m": ("milestone", "steps")}
STEPS = (("기본계획 수립", 25), ("설계·발주 착수", 50), ("중간 보고·공정 70%", 75), ("완료·준공", 100))
# 한 해 동안 쌓이는 단위. 중간평가의 목표는 절반 남짓이다.
COUNTED = {"건", "명", "회", "개", "개소", "가구", "백만원", "필지", "대", "동", "면", "등", "주", "㎞", "톤", "천회"}
EVIDENCE = ("결과보고서", "시스템 출력물", "통계 자료", "회의록·사진대지", "준공검사조서", "만족도 조사 결과")
SOURCES = ("부서 자체 집계", "새올행정시스템", "e호조", "통계청", "서울시 회신", "위탁기관 보고")


@dataclass
class SampleIndicator:
    """표본 지표 하나."""

    name: str
    unit: str
    direction: str
    method: str
    target: Decimal
    weight: int
    places: int
    pasts: list[tuple[int, Decimal, Decimal]]
    formula: str
    evidence: str
    source: str
    mid_target: Decimal | None
    mid_actual: Decimal


@dataclass
class SampleProject:
    """표본 주요사업 하나."""

    title: str
    weight: int
    indicators: list[SampleIndicator] = field(default_factory=list)


def catalogue() -> dict[str, list[SampleProject]]:
    """{부서 코드: 주요사업들}."""
    found: dict[str, list[SampleProject]] = {}
    randomly = Random(SEED)  # noqa: S311 - 표본의 값을 고르는 난수
    text = (settings.BASE_DIR / "fixtures" / "sample_performance.txt").read_text(encoding="utf-8")
    code = ""
    for line in text.splitlines():
        if line.startswith("["):
            code = line.strip("[]")
            found[code] = []
        elif line.strip() and not line.startswith("#"):
            title, *indicators = (part.strip() for part in line.split("|"))
            weights = (60, 40) if len(indicators) == 2 else (100,)
            made = [_indicator(one, weight, randomly) for one, weight in zip(indicators, weights, strict=True)]
            found[code].append(SampleProject(title, 0, made))
    for projects in found.values():
        for project, weight in zip(projects, (30, 30, 20, 20) if len(projects) == 4 else (20,) * 5, strict=True):
            project.weight = weight
    return found


def _indicator(text: str, weight: int, randomly: Random) -> SampleIndicator:
    name, unit, way, written = (part.strip() for part in text.split(","))
    direction, method = DIRECTIONS[way]
    target = Decimal(written)
    places = max(0, -int(target.as_tuple().exponent))
    counted = unit in COUNTED and direction == "up"
    mid_target = _near(target, 0.52, places) if counted else None
    chance = randomly.random()
    # 절반 남짓은 달성, 셋에 하나는 근접, 나머지는 위험.
    reach = randomly.uniform(1.0, 1.1) if chance < 0.53 else randomly.uniform(0.91, 0.99) if chance < 0.88 else randomly.uniform(0.62, 0.88)
    if direction == "milestone":
        actual = Decimal(4 if reach >= 1 else 3)
    else:
        actual = _near(mid_target or target, reach if direction == "up" else 1 / reach, places)
        if unit == "%":
            actual = min(actual, Decimal(100))
    always = randomly.random() < 0.05
    pasts = []
    for back in (3, 2, 1):
        # 해마다 목표를 조금씩 높여 왔다.
        step = 1 - 0.02 * back if direction == "up" else 1 + 0.03 * back
        goal = target if direction == "milestone" else _near(target, step, places)
        lift = randomly.uniform(1.0, 1.02) if always else randomly.uniform(0.9, 1.03)
        done = goal if direction == "milestone" else _near(goal, lift if direction == "up" else 1 / lift, places)
        pasts.append((YEAR - back, goal, min(done, Decimal(100)) if unit == "%" else done))
    blank, mistaken = randomly.random() < 0.05, randomly.random() < 0.04
    return SampleIndicator(
        name, unit, direction, method, target, weight, places, pasts, _formula(name, unit, direction, mistaken),
        "" if blank else randomly.choice(EVIDENCE), randomly.choice(SOURCES), mid_target, actual,
    )  # fmt: skip


def _near(value: Decimal, times: float, places: int) -> Decimal:
    return round_rate(value * Decimal(f"{times:.4f}"), places)


def _formula(name: str, unit: str, direction: str, mistaken: bool) -> str:
    stem = name.removesuffix("률").removesuffix("율").strip()
    if direction == "milestone":
        return "마친 단계의 번호(이정표)"
    if unit == "%":
        return f"한 해 {stem} 건수의 합" if mistaken else f"({stem} 실적 ÷ 전체 대상) × 100"
    if unit in ("일", "분"):
        return "걸린 시간의 합 ÷ 처리 건수"
    if unit == "점":
        return "설문 응답 점수의 평균"
    return f"한 해 {name}의 합" if unit in COUNTED else f"기준일의 {name}"

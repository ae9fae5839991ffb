"""2023년 주요업무보고에 인쇄된 수를 코드가 붙은 값으로 펼친다.

코드는 `주제.행.열` 이다. 행은 보고서 파일(fixtures/report2023.json)의 이름표이거나 인쇄된 행 이름 그대로다.

    organisation.team_count                                       팀 수
    staffing.{quota|current|surplus}.{total|general.6|special.6…}  정원·현원·과부족(직군.급)
    execution.{total|단위사업}.{budget|executed|rate}               Ⅰ-4. 단위사업은 policy_coordination, sound_finance,
                                                                  performance_mgmt, legal_admin, basic_expenses
    section.{1~5}.{budget|executed|rate|budget.구비|executed.구비}   Ⅱ-1 ~ Ⅱ-5 의 예산현황
    supplementary.{계|일반회계|특별회계}.{total|original|supp_sum|supp_1|supp_2|deemed}   Ⅱ-2 추경 표
    next_budget.2024.{total|general|special}                      Ⅱ-2 2024년 예산안
    planning.… subsidies.… performance.… joint_evaluation.… external_evaluation.… four_year_plan.… seasonal.…  실적의 수
    ordinances.{total|kind.조례…|action.제정…}, ordinance_council.meetings                 Ⅱ-5 자치법규
    lawsuits.{계|행정|민사|심판}.{total|new|pending|closed|won|lost|win_rate}               Ⅱ-5 소송
    four_year_plan.{from_year|to_year|cycle|schedule.1~7}                                 Ⅱ-4, Ⅲ-3 대상기간, 점검 주기, 한 해의 일정
    counselling.{total|마을변호사|마을법무사}, legal_training.{sessions|trainees}             Ⅱ-5
    plan.2024.{1~4}.{budget|budget.구비}, focus.2024.1.{budget|budget.구비}                Ⅲ·Ⅳ장 소요예산
    legal_advisers.max, legal_training.2024.per_year, counselling.2024.{village_lawyers|village_judicial_scriveners}
    subsidies.2024.meetings, subsidies.mid_check_months, subsidies.evaluation.{criteria|cycle_years}

값(value)은 단위를 푼 것이다: 금액은 천원·백만원을 원으로 바꾸고 비율은 %다. printed 는 인쇄된 글자 그대로이며, 인쇄된 단위가
값의 단위와 다르면 이름 끝에 「(천원)」처럼 적는다. 「-」는 정·현원표에서는 0이고, 추경 표에서는 값이 없는 것이다.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from core.figures.load_report import PrintedValue
from core.org.load_report import grade_of

THOUSAND, MILLION = 1_000, 1_000_000
UNIT_WORDS = {THOUSAND: "천원", MILLION: "백만원"}
LAYER_TITLES = {
    "total": "계", "original": "본예산", "supp_sum": "추경 소계", "supp_1": "추경 1차", "supp_2": "추경 2차", "deemed": "간주처리",
}
LAWSUIT_TITLES = {
    "total": "계(A+B)", "new": "신규", "pending": "진행중(A)", "closed": "확정 소계(B)", "won": "승소", "lost": "패소",
}


def printed_values(data: dict[str, Any]) -> Iterator[PrintedValue]:
    """보고서에 인쇄된 모든 수를 인쇄된 차례대로."""
    yield _count("Ⅰ-1", "organisation.team_count", "팀 수", data["organisation"]["team_count_printed"], "개")
    yield from _staffing(data["staffing"])
    yield from _unit_works(data["budget_by_unit_work"])
    for section in data["sections_2023"]:
        yield from _section(section)
    yield from _supplementary(data["supplementary_budget"])
    yield from _next_budget(data["sections_2023"][1])
    yield from _counts(data)
    yield from _legal(data)
    yield from _plans(data)


def _count(section: str, code: str, label: str, value: int, unit: str, **dated: Any) -> PrintedValue:
    return PrintedValue(section, code, label, Decimal(value), f"{value:,}", unit, **dated)


def _money(section: str, code: str, label: str, value: int, scale: int, **dated: Any) -> PrintedValue:
    title = f"{label}({UNIT_WORDS[scale]})"
    return PrintedValue(section, code, title, Decimal(value * scale), f"{value:,}", "원", **dated)


def _rate(section: str, code: str, label: str, printed: str, **dated: Any) -> PrintedValue:
    return PrintedValue(section, code, label, Decimal(printed), printed, "%", **dated)


def _staffing(table: dict[str, Any]) -> Iterator[PrintedValue]:
    columns = ["total", *(".".join(map(str, grade_of(name))) for name in table["columns"])]
    titles = ["계", *table["columns"]]
    for row, key, name in (("quota", "quota_정원", "정원"), ("current", "current_현원", "현원"), ("surplus", "surplus_과부족", "과부족")):
        values = [table[key]["total"], *table[key]["by_grade"]]
        for column, title, value in zip(columns, titles, values, strict=True):
            printed = "-" if value == 0 else f"△{-value}" if value < 0 else str(value)
            yield PrintedValue(table["src"][:3], f"staffing.{row}.{column}", f"{name} {title}", Decimal(value), printed, "명")


def _unit_works(table: dict[str, Any]) -> Iterator[PrintedValue]:
    dated = {"as_of": date.fromisoformat(table["base_date"]), "as_of_text": table["base_text"]}
    for row in [{"name": "계", "id": "total", **table["total"]}, *table["rows"]]:
        code = f"execution.{row['id']}"
        yield _money("Ⅰ-4", f"{code}.budget", f"{row['name']} 예산액", row["budget"], THOUSAND, **dated)
        yield _money("Ⅰ-4", f"{code}.executed", f"{row['name']} 집행액", row["executed"], THOUSAND, **dated)
        yield _rate("Ⅰ-4", f"{code}.rate", f"{row['name']} 집행률", row["rate_printed"], **dated)


def _section(section: dict[str, Any]) -> Iterator[PrintedValue]:
    src, code, title, budget = section["src"], f"section.{section['no']}", section["title"], section["budget"]
    for key, name in (("budget", "예산액"), ("executed", "집행액")):
        yield _money(src, f"{code}.{key}", f"{title} {name}", budget[key], THOUSAND)
        for source, amount in budget[f"{key}_by_source"].items():
            yield _money(src, f"{code}.{key}.{source}", f"{title} {name} {source}", amount, THOUSAND)
    yield _rate(src, f"{code}.rate", f"{title} 집행률", budget["rate_printed"])


def _supplementary(table: dict[str, Any]) -> Iterator[PrintedValue]:
    dated = {"as_of": date.fromisoformat(table["base_date"]), "as_of_text": table["base_text"]}
    for row in table["rows"]:
        for key, name in LAYER_TITLES.items():
            code, label = f"supplementary.{row['account']}.{key}", f"{row['account']} {name}"
            if row.get(f"{key}_printed") == "-":
                yield PrintedValue("Ⅱ-2", code, f"{label}(백만원)", None, "-", "원", **dated)
            else:
                yield _money("Ⅱ-2", code, label, row[key], MILLION, **dated)


def _next_budget(section: dict[str, Any]) -> Iterator[PrintedValue]:
    bill = next(item["next_year_budget"] for item in section["achievements"] if "next_year_budget" in item)
    code = f"next_budget.{bill['fiscal_year']}"
    cells = (("total", "총규모", "total"), ("general", "일반회계", "general_일반회계"), ("special", "특별회계", "special_특별회계"))
    for key, name, field in cells:
        yield _money("Ⅱ-2", f"{code}.{key}", f"{bill['fiscal_year']}년 예산안 {name}", bill[field], MILLION)


def _counts(data: dict[str, Any]) -> Iterator[PrintedValue]:
    first, second, third, fourth = (section["achievements"] for section in data["sections_2023"][:4])
    yield _count("Ⅱ-1", "planning.policy_checks", first[0]["text"], first[0]["value"], "회")
    yield _count("Ⅱ-1", "planning.named_policies", first[2]["detail"], first[2]["value"], "건")
    holiday, summer = first[3]["plans"]
    winter = next(plan for plan in data["sections_2023"][0]["plans"] if "area_count" in plan)
    yield _count("Ⅱ-1", "seasonal.holidays.areas", "설날·추석 종합대책 분야", holiday["area_count"], "개")
    yield _count("Ⅱ-1", "seasonal.summer.areas", "여름철 종합대책 분야", summer["area_count"], "개")
    yield _count("Ⅱ-1", "seasonal.winter.areas", "겨울철 종합대책 분야", winter["area_count"], "개")
    yield _count("Ⅱ-2", "subsidies.committee_meetings", "지방보조금관리위원회 운영", second[1]["value"], "회")
    inner, joint, outer = data["sections_2023"][2]["overview_table"]["rows"]
    plan = next(item for item in third[0]["items"] if "major_projects" in item)
    base = {"as_of_text": "23. 10.기준"}
    yield _count("Ⅱ-3", "performance.departments", "성과관리 대상 부서", inner["department_count"], "개")
    yield _count("Ⅱ-3", "performance.major_projects", "성과관리 주요사업", plan["major_projects"], "개", **base)
    yield _count("Ⅱ-3", "performance.indicators", "성과지표", plan["indicators"], "개", **base)
    yield _count("Ⅱ-3", "joint_evaluation.sido", "지자체합동평가 대상 시·도", joint["sido_count"], "개")
    yield _count("Ⅱ-3", "joint_evaluation.goals", "지자체합동평가 국정목표", joint["national_goal_count"], "개")
    yield _count("Ⅱ-3", "joint_evaluation.indicators", "지자체합동평가 지표", joint["indicator_count"], "개")
    yield _count("Ⅱ-3", "external_evaluation.sido", "외부기관평가 대상 시·도", outer["sido_count"], "개")
    yield _count("Ⅱ-3", "external_evaluation.sigungu", "외부기관평가 대상 시·군·구", outer["sigungu_count"], "개")
    structure = next(item["structure"] for item in fourth if "structure" in item)
    yield _count("Ⅱ-4", "four_year_plan.goals", "4개년 계획 구정목표", structure["goals_구정목표"], "개")
    yield _count("Ⅱ-4", "four_year_plan.fields", "4개년 계획 분야", structure["fields_분야"], "개")
    yield _count("Ⅱ-4", "four_year_plan.tasks", "4개년 계획 이행과제", structure["tasks_이행과제"], "개")
    yield from _plan_cycle(data)


def _plan_cycle(data: dict[str, Any]) -> Iterator[PrintedValue]:
    """4개년 계획의 대상기간, 점검 주기, 한 해의 일정."""
    section = data["sections_2023"][3]
    period = next(one for one in section["overview"] if "from" in one)
    for key, code, label in (("from", "from_year", "첫해"), ("to", "to_year", "끝해")):
        printed = period["text"].partition(": ")[2]
        yield PrintedValue("Ⅱ-4", f"four_year_plan.{code}", f"4개년 계획 대상기간 {label}", Decimal(period[key][:4]), printed, "년")
    review = next(one for one in data["plans_2024"][2]["schedule"] if "4개년" in one["text"])
    yield PrintedValue("Ⅲ-3", "four_year_plan.cycle", review["text"], None, review["when"], "주기")
    for at, one in enumerate(_scheduled([*section["achievements"], *section["plans"]]), start=1):
        yield PrintedValue("Ⅱ-4", f"four_year_plan.schedule.{at}", f"4개년 계획 일정: {one['text']}"[:200], None, one["when"], "월")


def _scheduled(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """때가 적힌 일과, 그 아래 때가 따로 적힌 일."""
    for one in entries:
        yield one
        yield from (item for item in one.get("items", ()) if isinstance(item, dict) and "when" in item)


def _legal(data: dict[str, Any]) -> Iterator[PrintedValue]:
    src, laws = "Ⅱ-5", data["ordinances"]
    yield _count(src, "ordinance_council.meetings", "조례·규칙심의회 개최", laws["council_meetings_조례규칙심의회"], "회")
    yield _count(src, "ordinances.total", "자치법규 입법", laws["total"], "건")
    for group in ("kind", "action"):
        for name, value in laws[f"by_{group}"].items():
            yield _count(src, f"ordinances.{group}.{name}", f"자치법규 {name}", value, "건")
    for row in data["lawsuits"]["rows"]:
        for key, name in LAWSUIT_TITLES.items():
            yield _count(src, f"lawsuits.{row['type']}.{key}", f"소송 {row['type']} {name}", row[key], "건")
        yield _rate(src, f"lawsuits.{row['type']}.win_rate", f"소송 {row['type']} 승소율", row["win_rate_printed"])
    for name, value in data["legal_counselling"].items():
        if name != "src":
            label = "무료법률상담" if name == "total" else f"무료법률상담 {name}"
            yield _count(src, f"counselling.{name}", label, value, "건")
    training = data["sections_2023"][4]["achievements"][4]
    yield _count(src, "legal_training.sessions", training["text"], training["sessions"], "회")
    yield _count(src, "legal_training.trainees", f"{training['text']} 수료", training["trainees"], "명")


def _plans(data: dict[str, Any]) -> Iterator[PrintedValue]:
    year = data["meta"]["report_year"] + 1
    for group, plans in (("plan", data["plans_2024"]), ("focus", data["new_focus_2024"])):
        for plan in plans:
            code, budget = f"{group}.{year}.{plan['no']}.budget", plan["required_budget"]
            yield _money(plan["src"], code, f"{plan['title']} 소요예산", budget["total"], THOUSAND)
            for source, amount in budget["by_source"].items():
                yield _money(plan["src"], f"{code}.{source}", f"{plan['title']} 소요예산 {source}", amount, THOUSAND)
    finance, law = data["plans_2024"][1], data["plans_2024"][3]
    meetings = next(item["count"] for item in finance["schedule"] if "count" in item)
    yield _count("Ⅲ-2", f"subsidies.{year}.meetings", "지방보조금 예산편성 및 심의운영", meetings, "회")
    support, counselling = law["detail_plan"][1]["items"], law["detail_plan"][2]["items"][0]
    yield _count("Ⅲ-4", "legal_advisers.max", "법률고문(이내)", support[0]["max_advisers"], "명")
    yield _count("Ⅲ-4", f"legal_training.{year}.per_year", "직원 법무 역량 강화 교육(연)", support[1]["per_year"], "회")
    for key, name in (("village_lawyers", "마을변호사"), ("village_judicial_scriveners", "마을법무사")):
        yield _count("Ⅲ-4", f"counselling.{year}.{key}", f"{name} 운영", counselling[key], "명")
    focus = data["new_focus_2024"][0]
    check, evaluation = focus["mid_term_check_중간점검"], focus["evaluation_성과평가"]
    yield _count("Ⅳ-1", "subsidies.mid_check_months", "중간점검 대상 사업기간(이상)", check["min_months"], "개월")
    yield _count("Ⅳ-1", "subsidies.evaluation.cycle_years", "유지 필요성 평가 주기", evaluation["maintenance_cycle_years"], "년")
    yield _count("Ⅳ-1", "subsidies.evaluation.criteria", "보조사업 평가기준 분야", evaluation["criteria_count"], "개")

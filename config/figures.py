"""모든 수치의 목록. 업무가 내놓은 것을 모으고, 아직 만들지 않은 업무는 보고서 값을 쓴다."""

from config.functions import GIVEN
from core.figures.figure import Figure, reported_figure

REPORTED = [
    reported_figure("next_budget.2024.total", "2024년 예산(안)", "원", "구의회에 낸 2024 회계연도 예산안의 총규모."),
    reported_figure("next_budget.2024.general", "2024년 예산(안) 일반회계", "원", "2024 회계연도 예산안 가운데 일반회계."),
    reported_figure("next_budget.2024.special", "2024년 예산(안) 특별회계", "원", "2024 회계연도 예산안 가운데 특별회계."),
    reported_figure("planning.policy_checks", "주요 정책사업 추진사항 관리", "회", "그해 주요 정책사업과 핵심 현안을 점검한 횟수."),
    reported_figure("seasonal.holidays.areas", "설날·추석 종합대책 분야", "개", "설날·추석 종합대책의 분야 수."),
    reported_figure("seasonal.summer.areas", "여름철 종합대책 분야", "개", "여름철 종합대책의 분야 수."),
    reported_figure("seasonal.winter.areas", "겨울철 종합대책 분야", "개", "겨울철 종합대책의 분야 수."),
    reported_figure("subsidies.committee_meetings", "지방보조금관리위원회 운영", "회", "그해 지방보조금관리위원회를 연 횟수."),
    reported_figure("joint_evaluation.sido", "지자체합동평가 대상 시·도", "개", "지자체합동평가를 받는 시·도의 수."),
    reported_figure("joint_evaluation.goals", "지자체합동평가 국정목표", "개", "지자체합동평가 지표를 묶은 국정목표의 수."),
    reported_figure("joint_evaluation.indicators", "지자체합동평가 지표", "개", "그해 지자체합동평가의 지표 수."),
    reported_figure("external_evaluation.sido", "외부기관평가 대상 시·도", "개", "외부기관평가의 대상인 시·도의 수."),
    reported_figure("external_evaluation.sigungu", "외부기관평가 대상 시·군·구", "개", "외부기관평가의 대상인 시·군·구의 수."),
    reported_figure("counselling.total", "무료법률상담", "건", "그해 마을변호사와 마을법무사가 한 상담의 수."),
    reported_figure("counselling.lawyers", "마을변호사 상담", "건", "그해 마을변호사가 한 상담의 수.", "counselling.마을변호사"),
    reported_figure("counselling.scriveners", "마을법무사 상담", "건", "그해 마을법무사가 한 상담의 수.", "counselling.마을법무사"),
    reported_figure("legal_training.sessions", "법제·소송업무 직원 교육", "회", "그해 법제·소송업무 직원 교육을 한 횟수."),
    reported_figure("legal_training.trainees", "법제·소송업무 직원 교육 수료", "명", "그해 법제·소송업무 직원 교육을 마친 사람의 수."),
]

FIGURES: list[Figure] = [*(figure for given in GIVEN for figure in given.figures), *REPORTED]


def figure(code: str) -> Figure:
    """코드로 수치를 찾는다. 없으면 KeyError."""
    return {item.code: item for item in FIGURES}[code]

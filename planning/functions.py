"""기획조정팀의 업무, 조직도 순서."""

from core.functions import WorkFunction

FUNCTIONS = [
    WorkFunction("planning.work_plans", "구정 주요업무계획 수립 및 관리", "주요업무계획", "planning.work-plans"),
    WorkFunction("planning.policy_meetings", "주요 간부·정책회의 운영", "간부·정책회의"),
    WorkFunction("planning.action_requests", "요청사항 관리", "요청사항"),
    WorkFunction("planning.pledges", "공약사업 관리 및 평가", "공약사업"),
    WorkFunction("planning.seasonal_measures", "계절별 종합대책", "계절별 종합대책"),
    WorkFunction("planning.named_policies", "정책실명제 관리", "정책실명제", "planning.named-policies"),
    WorkFunction(
        "planning.periodic_reports", "주간·월중 주요업무 보고자료 작성", "주간·월중 보고", "planning.periodic-reports"
    ),
    WorkFunction("planning.external_cooperation", "정부·서울시 등 외부기관 협업 추진", "외부기관 협업"),
]

"""평가팀의 업무, 조직도 순서."""

from core.functions import WorkFunction

FUNCTIONS = [
    WorkFunction(
        "evaluation.four_year_plans", "구정운영 4개년 계획 수립 및 관리", "구정운영 4개년 계획", "evaluation.four-year-plan-board"
    ),
    WorkFunction("evaluation.performance", "성과관리 및 목표관리 운영", "성과·목표관리", "evaluation.performance-board"),
    WorkFunction("evaluation.joint_evaluations", "지자체 합동평가 및 대외기관 평가 총괄관리", "합동평가·대외평가"),
    WorkFunction("evaluation.facilities_corporation", "시설관리공단 운영 지원", "시설관리공단"),
    WorkFunction("evaluation.entrusted_services", "민간위탁 사업 관리", "민간위탁"),
    WorkFunction("evaluation.statistical_yearbook", "통계조사 실시 및 통계연보 발간", "통계조사·통계연보"),
    WorkFunction("evaluation.proposals", "구민창안·공무원제안 지정제안 공모제 운영", "구민창안·공무원제안"),
    WorkFunction("evaluation.best_practices", "행정 우수사례 및 지식행정 운영", "우수사례·지식행정"),
    WorkFunction("evaluation.affiliated_institutions", "출자출연기관 경영평가", "출자출연기관 평가"),
]

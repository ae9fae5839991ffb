"""예산팀의 업무, 조직도 순서."""

from core.functions import WorkFunction

FUNCTIONS = [
    WorkFunction("budget.appropriations", "예산편성 및 집행관리", "예산편성·집행", "budget.execution"),
    WorkFunction("budget.investment_projects", "주요 투자사업 중점관리", "주요 투자사업"),
    WorkFunction("budget.fiscal_plans", "중기지방재정계획 수립", "중기지방재정계획"),
    WorkFunction("budget.subsidies", "지방보조금 관리", "지방보조금"),
    WorkFunction("budget.funds", "기금운영 관리", "기금운영"),
    WorkFunction("budget.transfers", "예산 전용·변경, 예비비 승인", "전용·변경·예비비"),
    WorkFunction("budget.participatory_budget", "주민참여예산제 운영", "주민참여예산"),
    WorkFunction("budget.research_projects", "학술용역심의위원회 운영", "학술용역심의위원회", "budget.research-projects"),
]

"""4개년 계획의 표본: 5개 목표, 10개 분야, 100개 과제와 2023년 1~3분기의 실적. 모두 is_sample 이다."""

from evaluation.four_year_plans.sample.load import clear_plan, load_plan

__all__ = ["clear_plan", "load_plan"]

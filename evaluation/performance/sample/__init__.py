"""성과관리 표본: 2023년 계획(부서 37, 주요사업 151, 지표 221)과 확정된 중간평가. 종합평가는 비워 둔다."""

from evaluation.performance.sample.load import clear_performance, load_performance

__all__ = ["clear_performance", "load_performance"]

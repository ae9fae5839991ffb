"""소송 표본: 2023. 1. 1. ~ 11. 6. 의 표가 보고서와 같은 사건 191건과, 오늘 무렵의 사건."""

from legal.lawsuits.sample.load import clear_lawsuits, load_lawsuits

__all__ = ["clear_lawsuits", "load_lawsuits"]

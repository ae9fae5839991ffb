"""예산 표본: 장부(ledger), e호조 모양의 파일(workbook), 싣고 걷기(load). 표본은 모두 is_sample 이다."""

from budget.appropriations.sample.ledger import ledger
from budget.appropriations.sample.load import (
    clear_budget,
    link_report_programs,
    load_budget,
    load_execution,
    month_ends,
)
from budget.appropriations.sample.workbook import write_execution_file

__all__ = [
    "clear_budget", "ledger", "link_report_programs", "load_budget", "load_execution", "month_ends", "write_execution_file",
]

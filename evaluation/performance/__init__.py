"""성과관리 및 목표관리 운영 (평가팀).

근거: 정부업무평가 기본법 18(자체평가). 한 해의 흐름: 1월 지침 → 2~3월 부서 수립·조정·확정 → 7월 중간평가 → 12월 종합평가·우수부서.
모델: PerfPlan(연도) – PerfProject(주요사업) – Indicator(성과지표) – IndicatorActual(실적). 셈은 calculators.py 와 scoring.py 에 있다.
"""

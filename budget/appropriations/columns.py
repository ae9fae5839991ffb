"""e호조 집행현황 엑셀의 약속: 어느 열이 무엇인가."""

from core.excel.columns import Column

# 재원별 예산 여덟 칸. 파일에 있는 칸만 읽는다.
SOURCE_COLUMNS = (
    Column("state_amount", "국비", "amount", synonyms=("국고보조금", "국비보조", "예산액·국비", "재원별 예산·국비")),
    Column("balanced_amount", "균특", "amount", synonyms=("균형발전특별회계", "지역균형발전특별회계", "재원별 예산·균특")),
    Column("fund_subsidy_amount", "기금보조", "amount", synonyms=("기금", "재원별 예산·기금보조")),
    Column("city_amount", "시비", "amount", synonyms=("시도비", "시·도비", "시비보조금", "예산액·시비", "재원별 예산·시비")),
    Column("own_amount", "구비", "amount", synonyms=("자체재원", "시군구비", "예산액·구비", "재원별 예산·구비")),
    Column("special_grant_amount", "특별교부금", "amount", synonyms=("특별교부세", "특별조정교부금", "재원별 예산·특별교부금")),
    Column("bond_amount", "지방채", "amount", synonyms=("재원별 예산·지방채",)),
    Column("other_amount", "기타", "amount", synonyms=("기타재원", "재원별 예산·기타")),
)

EXECUTION_COLUMNS = (
    Column("fiscal_year", "회계연도", "integer", synonyms=("회계년도", "연도")),
    Column("account", "회계", "text", synonyms=("회계구분", "회계명")),
    Column("field", "분야", "text", synonyms=("분야명",)),
    Column("sector", "부문", "text", synonyms=("부문명",)),
    Column("policy_program", "정책사업", "text", synonyms=("정책사업명",)),
    Column("unit_program", "단위사업", "text", required=True, synonyms=("단위사업명",)),
    Column("detail_program", "세부사업", "text", required=True, synonyms=("세부사업명",)),
    Column("detail_program_code", "세부사업코드", "code", synonyms=("세부사업 코드", "사업코드")),
    Column("expense_item", "편성목", "text", synonyms=("편성목명", "목")),
    Column("stat_item", "통계목", "code", synonyms=("통계목명", "세목", "통계목코드")),
    Column("department", "부서", "text", required=True, synonyms=("부서명", "소관부서", "집행부서")),
    Column("budget_amount", "예산액", "amount", required=True, synonyms=("예산액 계", "예산액·계", "편성액")),
    *SOURCE_COLUMNS,
    Column("current_amount", "예산현액", "amount", synonyms=("예산현액 계", "현액")),
    Column("committed_amount", "원인행위액", "amount", synonyms=("원인행위", "원인행위 누계")),
    Column("spent_amount", "지출액", "amount", required=True, synonyms=("집행액", "지출", "지출 누계", "지출액 계")),
    Column("balance_amount", "집행잔액", "amount", synonyms=("잔액", "예산잔액")),
)

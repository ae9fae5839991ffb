"""조직이나 사람이 바뀔 때 따라가야 하는 일. 부서나 담당을 적는 항목은 모두 여기에 있거나 KEPT 에 까닭이 있어야 한다.

업무가 given.py 에 적는다. rows 는 그날 아직 열려 있는 행만 준다: 확정·완료한 행은 옛 부서의 이름을 지킨다.
"""

from __future__ import annotations

from config.functions import GIVEN, in_order
from core.org.open_items import OpenItems

# 개편 미리보기와 점검표에 보이는 차례
ORDER = (
    "아래 부서", "사업", "세부사업", "취합 제출", "기한", "부서의 확인 단계", "이행과제", "이행과제 변경", "성과관리 주요사업",
    "위원회 안건", "위원회 후속조치", "소송", "패소 분석 조치", "주요업무", ..., "차량·장비",
)  # fmt: skip

OPEN_ITEMS: list[OpenItems] = in_order((items for given in GIVEN for items in given.open_items), ORDER, lambda items: items.label)

# 부서나 담당을 적지만 옮기지 않는 항목과 그 까닭
KEPT: dict[str, str] = {name: why for given in GIVEN for name, why in given.kept.items()}

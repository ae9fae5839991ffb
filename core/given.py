"""업무가 집에 내놓는 것. 업무의 given.py 가 하나를 적고, config/functions.py 가 모은다. config 만 given.py 를 읽는다.

목록마다 config 의 한 자리가 읽는다. 폴더에 있는데 내놓지 않은 것과 내놓았는데 아무도 읽지 않는 것은 시험이 이름을 댄다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # 아래층의 부품도 이 모양을 쓰므로 실제로는 들여오지 않는다.
    from core.committees.agenda import Agenda
    from core.excel.resource import ExcelResource
    from core.figures.figure import Figure
    from core.history.clearing import Clearing
    from core.history.settle import Settling
    from core.inbox.source import Inbox
    from core.jobs.models import Job
    from core.jobs.queue import Progress
    from core.ledgers.reading import Ledger
    from core.org.models import Staff
    from core.org.open_items import OpenItems
    from core.projects.matters import Matter
    from core.projects.models import Project
    from core.projects.sections import Section
    from core.reports.template import Template
    from core.rounds.collection import Collection
    from core.search.index import Source

    Work = Callable[[Job, Progress], None]


@dataclass(frozen=True)
class Daily:
    """날마다 하는 일: 몇 시에, 작업의 종류, 사람에게 보일 이름, 할 일."""

    hour: int
    kind: str
    title: str
    run: Work


@dataclass(frozen=True)
class Fact:
    """보고서와 관계없이 처음부터 싣는 사실: 이력에 남는 출처와 싣는 일."""

    source: str
    load: Callable[[Settling], Any]


@dataclass(frozen=True)
class Sample:
    """표본: 싣는 일과 걷는 일."""

    load: Callable[[Settling], Any]
    clear: Callable[[Clearing], None]


@dataclass(frozen=True)
class Given:
    """업무 하나가 내놓는 것. 없는 것은 적지 않는다.

    figures     수치(figures.py)
    excel       엑셀로 가져오고 내려받는 자료(excel.py)
    todos       할 일의 갈래(todos.py)
    search      통합 찾기의 묶음(search.py)
    open_items  조직이나 사람이 바뀔 때 따라가는 일
    kept        따라가지 않는 항목과 그 까닭: {"앱.모델.항목": 까닭}
    sections    사업 한 장의 구역(sections.py): (사업, 보는 사람) → 구역
    matters     구의 큰 일(matters.py): 보는 사람 → 총사업비, 용역, 자치법규. 정책실명제가 선정기준과 견준다
    rounds      취합 서식(rounds.py)
    reports     보고서 틀(reports.py)
    agenda      위원회에 올릴 자료
    daily       날마다 하는 일
    ledgers     다른 시스템이 주인인 원장
    loads       보고서 파일에서 싣는 일: (보고서, 싣는 이)
    facts       처음부터 싣는 사실
    sample      표본
    menu        부서 담당자의 메뉴: (이름, 주소 이름)
    help        담당자가 읽는 글(docs/officers)의 이름
    """

    figures: Sequence[Figure] = ()
    excel: Sequence[type[ExcelResource]] = ()
    todos: Sequence[Inbox] = ()
    search: Sequence[Source] = ()
    open_items: Sequence[OpenItems] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    sections: Sequence[Callable[[Project, Staff], Section]] = ()
    matters: Sequence[Callable[[Staff], Iterable[Matter]]] = ()
    rounds: Sequence[Collection] = ()
    reports: Sequence[Template] = ()
    agenda: Sequence[Agenda] = ()
    daily: Sequence[Daily] = ()
    ledgers: Sequence[Ledger] = ()
    loads: Sequence[Callable[[dict[str, Any], Settling], Any]] = ()
    facts: Sequence[Fact] = ()
    sample: Sample | None = None
    menu: Sequence[tuple[str, str]] = ()
    help: Sequence[str] = ()

"""누가 무엇을 보고 고치는가. 권한 규칙은 모두 이 파일에 있다.

사람의 역할(Role)·팀(Team)·부서에서 규칙이 나온다. 모델은 `scope` 하나를 선언하고, 화면은 `for_user()` 로만 행을 읽는다.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet, TextChoices

if TYPE_CHECKING:
    from core.org.models import Staff


class Team(TextChoices):
    """기획예산과의 네 팀. 값은 앱 이름과 같다."""

    PLANNING = "planning", "기획조정팀"
    BUDGET = "budget", "예산팀"
    EVALUATION = "evaluation", "평가팀"
    LEGAL = "legal", "의회법무팀"


class Role(TextChoices):
    """사람의 역할."""

    ADMIN = "admin", "시스템관리자"
    HEAD = "head", "과장"
    TEAM = "team", "팀 담당자"
    DEPARTMENT = "department", "부서 담당자"
    VIEWER = "viewer", "열람자"


DIVISION_ROLES = frozenset({Role.ADMIN, Role.HEAD, Role.TEAM, Role.VIEWER})
ALL_ROLES = frozenset(Role)


class Scope:
    """한 모델의 행을 누가 보고 고치는지 정한다.

    readable    볼 수 있는 행
    changeable  지금 고치거나 지울 수 있는 행
    may_add     새 행을 만들 수 있는가
    """

    roles = ALL_ROLES
    # 과 사람끼리도 서로 보지 않는 것. 전체 변경 이력에는 자기가 한 것만 나온다.
    is_private = False

    def may_open(self, user: Staff) -> bool:
        """목록 화면을 열 수 있는가."""
        return user.role in self.roles

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset if self.may_open(user) else queryset.none()

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role == Role.ADMIN

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset if self.may_add(queryset.model, user) else queryset.none()

    def may_change(self, record: Model, user: Staff) -> bool:
        return self.changeable(type(record)._default_manager.filter(pk=record.pk), user).exists()

    def has_closed(self, record: Model) -> bool:
        """굳은 행인가(closed_when). 제 행을 고쳐 스스로 굳힌 것은 남의 자리로 옮긴 것이 아니다."""
        closed_when: Q | None = getattr(self, "closed_when", None)
        return closed_when is not None and type(record)._default_manager.filter(closed_when, pk=record.pk).exists()

    def locked_fields(self, user: Staff) -> frozenset[str]:
        """볼 수는 있지만 고칠 수 없는 항목."""
        return frozenset()

    def owner_text(self, model: type[Model]) -> str:
        """고칠 수 없을 때 누구에게 물을지 알려 주는 말."""
        return "시스템관리자"


class CommonScope(Scope):
    """모두 보고 시스템관리자만 고치는 공통 자료."""


class AccountScope(CommonScope):
    """로그인 계정. 사번과 역할, 그 이력이 있어 부서 담당자는 보지 않는다. 통합 찾기의 「직원」과 같은 범위다."""

    roles = DIVISION_ROLES


class TransferScope(AccountScope):
    """인사발령. 이미 적용한 발령은 고치지 않고, 바로잡을 때는 새 발령을 낸다."""

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return super().changeable(queryset, user).filter(applied_at__isnull=True)


class HandoverScope(Scope):
    """인수인계. 넘긴 사람과 받은 사람, 과장과 시스템관리자가 보고, 넘기는 사람과 시스템관리자가 처리한다.

    path  행에서 인수인계까지 가는 길(예: "handover__")
    """

    is_private = True

    def __init__(self, path: str = "") -> None:
        self.path = path

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role in (Role.ADMIN, Role.HEAD):
            return queryset
        return queryset.filter(Q((f"{self.path}giver", user)) | Q((f"{self.path}taker", user)))

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role != Role.VIEWER

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role in (Role.ADMIN, Role.VIEWER):
            return queryset if user.role == Role.ADMIN else queryset.none()
        return queryset.filter(Q((f"{self.path}giver", user)))

    def owner_text(self, model: type[Model]) -> str:
        return "넘기는 사람과 시스템관리자"


class TeamScope(Scope):
    """과 사람이 모두 보고, 업무를 맡은 팀(앱 이름)의 담당자가 고치는 자료.

    closed_when  팀도 고칠 수 없게 굳은 행의 조건. 시스템관리자만 바로잡는다.
    """

    roles = DIVISION_ROLES
    closed_when: Q | None = None

    def __init__(self, closed_when: Q | None = None) -> None:
        self.closed_when = closed_when

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().changeable(queryset, user)
        return rows if self.closed_when is None or user.role == Role.ADMIN else rows.exclude(self.closed_when)

    def teams(self, model: type[Model]) -> tuple[str, ...]:
        """자료를 맡은 팀."""
        return (model._meta.app_label,)

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role == Role.ADMIN or (user.role == Role.TEAM and user.team in self.teams(model))

    def owner_text(self, model: type[Model]) -> str:
        labels = [str(Team(team).label) for team in self.teams(model) if team in Team.values]
        return "·".join(labels) or super().owner_text(model)


class PublishedScope(TeamScope):
    """부서까지 모두 보고 맡은 팀이 고치는 자료(책자로 내는 계획의 목표와 분야 따위)."""

    roles = ALL_ROLES


class DepartmentScope(TeamScope):
    """부서 담당자는 자기 부서의 행만 보고, 열려 있는 동안 고친다. 과 사람은 모두 본다.

    path       행에서 부서까지 가는 길(예: "detail_program__department")
    open_when  부서가 고칠 수 있는 조건. None 이면 부서는 볼 수만 있다.
    team_only  팀만 적는 항목
    closed_when  팀도 고칠 수 없게 굳은 행의 조건
    """

    roles = ALL_ROLES

    def __init__(
        self, path: str = "department", open_when: Q | None = None, team_only: tuple[str, ...] = (), closed_when: Q | None = None
    ) -> None:  # fmt: skip
        super().__init__(closed_when)
        self.path = path
        self.open_when = open_when
        self.team_only = frozenset(team_only)

    def _own(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset.filter(Q((self.path, user.department_id))) if user.department_id else queryset.none()

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return self._own(queryset, user) if user.role == Role.DEPARTMENT else super().readable(queryset, user)

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return super().may_add(model, user) or (user.role == Role.DEPARTMENT and self.open_when is not None)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role != Role.DEPARTMENT:
            return super().changeable(queryset, user)
        return queryset.none() if self.open_when is None else self._own(queryset, user).filter(self.open_when)

    def locked_fields(self, user: Staff) -> frozenset[str]:
        return self.team_only if user.role == Role.DEPARTMENT else frozenset()


class JointScope(DepartmentScope):
    """여러 부서가 함께 하는 자료. 주관 부서(path)가 고치고, 함께 하는 부서(shared)는 보기만 한다.

    shared  행에서 함께 하는 부서들까지 가는 길(예: "partners")
    """

    def __init__(self, shared: str, path: str = "department", **kwargs: Any) -> None:
        super().__init__(path, **kwargs)
        self.shared = shared

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().readable(queryset, user)
        if user.role != Role.DEPARTMENT or not user.department_id:
            return rows
        # 여럿을 잇는 길이라 같은 행이 두 번 나오지 않게 번호로 다시 찾는다.
        joint = queryset.model._base_manager.filter(Q((self.shared, user.department_id)) | Q((self.path, user.department_id)))
        return queryset.filter(pk__in=joint.values("pk"))


class DisclosedScope(DepartmentScope):
    """부서가 제 것을 올리고, 공개한 것은 다른 부서도 보는 자료(정책실명제의 카드 따위).

    disclosed_when  다른 부서도 보는 조건
    """

    def __init__(self, disclosed_when: Q, path: str = "department", **rest: Any) -> None:
        super().__init__(path, **rest)
        self.disclosed_when = disclosed_when

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role != Role.DEPARTMENT:
            return super().readable(queryset, user)
        own = Q((self.path, user.department_id)) if user.department_id else Q(pk__in=())
        return queryset.filter(own | self.disclosed_when)


class CollectedScope(DepartmentScope):
    """취합 회차가 만들어 부서에 맡긴 행. 부서는 열려 있는 동안 고치기만 하고, 행을 더하는 일은 팀이 한다."""

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return TeamScope.may_add(self, model, user)


class RoundScope(TeamScope):
    """네 팀이 함께 쓰는 취합 회차. 과 사람이 모두 보고, 행에 적힌 팀(team)의 담당자가 고친다."""

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role in (Role.ADMIN, Role.TEAM)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role == Role.ADMIN:
            return queryset
        return queryset.filter(team=user.team) if user.role == Role.TEAM else queryset.none()

    def owner_text(self, model: type[Model]) -> str:
        return "회차를 연 팀"


class ReportScope(RoundScope):
    """보고서. 과 사람이 모두 보고, 행에 적힌 팀(team)의 담당자가 초안을 고친다. 발간한 것은 아무도 고치지 않는다.

    path       행에서 보고서까지 가는 길(예: "report__")
    open_when  고칠 수 있는 조건(초안)
    """

    def __init__(self, open_when: Q, path: str = "") -> None:
        super().__init__()
        self.open_when = open_when
        self.path = path

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = queryset.filter(self.open_when)
        if user.role == Role.ADMIN:
            return rows
        return rows.filter(Q((f"{self.path}team", user.team))) if user.role == Role.TEAM else rows.none()

    def may_issue(self, record: Any, user: Staff) -> bool:
        """발간하고 정정할 수 있는가: 맡은 팀, 과장, 시스템관리자."""
        return user.role in (Role.ADMIN, Role.HEAD) or (user.role == Role.TEAM and user.team == record.team)

    def owner_text(self, model: type[Model]) -> str:
        return "보고서를 맡은 팀"


class SubmissionScope(DepartmentScope):
    """부서의 제출. 지금 맡은 부서와 과 사람이 보고, 부서는 제 손에 있는 동안, 회차를 연 팀은 늘 처리한다.

    대상은 회차를 열 때 정해지므로 더하지 않는다.
    """

    def __init__(self, open_when: Q) -> None:
        super().__init__("responsible", open_when)

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return False

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role == Role.DEPARTMENT:
            return super().changeable(queryset, user)
        if user.role == Role.ADMIN:
            return queryset
        return queryset.filter(round__team=user.team) if user.role == Role.TEAM else queryset.none()

    def owner_text(self, model: type[Model]) -> str:
        return "맡은 부서와 회차를 연 팀"


class OwnTeamScope(CollectedScope):
    """업무를 맡은 팀이 모두 보살피고, 행에 적힌 팀(team)과 부서가 제 것을 적는 자료(주요업무계획의 사업 따위).

    prefix      행에서 팀과 부서가 적힌 행까지 가는 길(예: "item__")
    draft_when  행에 적힌 팀이 고칠 수 있는 조건. None 이면 늘 고친다
    """

    def __init__(
        self, prefix: str = "", open_when: Q | None = None, team_only: tuple[str, ...] = (), *,
        draft_when: Q | None = None, closed_when: Q | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{prefix}department", open_when, team_only, closed_when)
        self.team_path = f"{prefix}team"
        self.draft_when = draft_when

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role in (Role.ADMIN, Role.TEAM) or (user.role == Role.DEPARTMENT and self.open_when is not None)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().changeable(queryset, user)
        if user.role != Role.TEAM or user.team in self.teams(queryset.model):
            return rows
        rows = rows.filter(Q((self.team_path, user.team)))
        return rows if self.draft_when is None else rows.filter(self.draft_when)

    def owner_text(self, model: type[Model]) -> str:
        return f"{super().owner_text(model)}과 맡은 팀·부서"


class SharedScope(DepartmentScope):
    """여러 팀이 함께 쓰는 공통 자료(core). 과 사람과 자기 부서가 보고, 적어 둔 팀의 담당자가 고친다."""

    def __init__(self, *shared_by: str, path: str = "department") -> None:
        super().__init__(path)
        self.shared_by = shared_by

    def teams(self, model: type[Model]) -> tuple[str, ...]:
        return self.shared_by


class LedgerScope(DepartmentScope):
    """다른 시스템이 주인인 자료. 범위 안에서 보기만 하고 아무도 손으로 고치지 않는다."""

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return False

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset.none()


class DeadlineScope(Scope):
    """기한과 그 확인. 과 사람은 모두 보고 부서 담당자는 자기 부서의 것만 본다. 맡은 팀과 담당자가 고친다.

    path  행에서 기한까지 가는 길. 기한이면 비운다.
    """

    def __init__(self, path: str = "") -> None:
        self.prefix = f"{path}__" if path else ""

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role != Role.DEPARTMENT:
            return super().readable(queryset, user)
        return queryset.filter(Q((f"{self.prefix}department", user.department_id))) if user.department_id else queryset.none()

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role in (Role.ADMIN, Role.TEAM)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role == Role.ADMIN:
            return queryset
        if user.role not in (Role.TEAM, Role.DEPARTMENT):
            return queryset.none()
        own = Q((f"{self.prefix}handler", user))
        if user.team:
            own |= Q((f"{self.prefix}team", user.team))
        return self.readable(queryset, user).filter(own)

    def may_confirm(self, user: Staff) -> bool:
        """볼 수 있는 기한의 날짜를 두 번째 사람으로 확인할 수 있는가."""
        return user.role != Role.VIEWER

    def locked_fields(self, user: Staff) -> frozenset[str]:
        return frozenset() if user.role == Role.ADMIN else frozenset({"team"})

    def owner_text(self, model: type[Model]) -> str:
        return "맡은 팀과 담당자"


class AccessLogScope(Scope):
    """개인정보 열람 기록. 과장과 시스템관리자가 점검하고, 나머지(소송수행자인 부서 사람도)는 자기가 본 것만 본다. 아무도 고치지 않는다."""

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset if self.may_check(user) else queryset.filter(staff=user)

    def may_check(self, user: Staff) -> bool:
        """모두의 기록을 보고 달마다 점검하는 사람인가."""
        return user.role in (Role.ADMIN, Role.HEAD)

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return False


class HandlerScope(DepartmentScope):
    """개인정보가 든 사건. 과 사람과 소관 부서, 맡은 사람이 가린 글로 보고 팀이 고친다. 이름과 주소는 맡은 사람만 본다.

    모델은 가릴 항목을 `personal` 에 적는다. 그 항목은 목록·상세·거르기·찾기·엑셀·관리자 화면에 나오지 않고 이력에는
    가린 글로 남는다. 온 글은 맡은 사람이 「이름 보기」를 눌렀을 때만 나오고, 누른 일을 기록한다(core.privacy).

    handlers  행에서 맡은 사람(Staff)까지 가는 길들(예: "lawsuit__handler", "lawsuit__instances__officers")
    only_handlers  행이 통째로 개인정보라 맡은 사람만 고치는가(당사자)
    """

    def __init__(
        self, *handlers: str, path: str = "department", only_handlers: bool = False, closed_when: Q | None = None
    ) -> None:  # fmt: skip
        super().__init__(path, closed_when=closed_when)
        self.handlers = handlers
        self.only_handlers = only_handlers

    def handled(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        """user 가 맡아 개인정보를 볼 수 있는 행."""
        own = Q()
        for path in self.handlers:
            own |= Q((path, user))
        # 여럿을 잇는 길이 있어 같은 행이 두 번 나오지 않게 번호로 다시 찾는다.
        return queryset.filter(pk__in=queryset.model._base_manager.filter(own).values("pk"))

    def handles(self, record: Model, user: Staff) -> bool:
        """user 가 record 의 개인정보를 볼 수 있는가."""
        return self.handled(type(record)._default_manager.filter(pk=record.pk), user).exists()

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role == Role.DEPARTMENT:
            return super().readable(queryset, user) | self.handled(queryset, user)
        return super().readable(queryset, user)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().changeable(queryset, user)
        return self.handled(rows, user) if self.only_handlers else rows


class CommitteeScope(DepartmentScope):
    """위원회의 자료. 과 사람이 모두 보고, 그 위원회를 맡은 팀이 고친다. 부서는 제 안건과 후속조치만 본다.

    committee  행에서 위원회까지 가는 길. 위원회이면 비운다
    path       행에서 부서까지 가는 길. 부서가 볼 것이 없으면 비운다
    """

    def __init__(
        self, committee: str = "", path: str = "", open_when: Q | None = None, team_only: tuple[str, ...] = (),
        closed_when: Q | None = None,
    ) -> None:  # fmt: skip
        super().__init__(path, open_when, team_only, closed_when)
        self.team_path = f"{committee}__team" if committee else "team"
        self.roles = ALL_ROLES if path else DIVISION_ROLES

    def _own(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return super()._own(queryset, user) if self.path else queryset.none()

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return user.role in (Role.ADMIN, Role.TEAM)

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if user.role == Role.ADMIN:
            return queryset
        if user.role == Role.TEAM:
            rows = queryset.filter(Q((self.team_path, user.team)))
            return rows if self.closed_when is None else rows.exclude(self.closed_when)
        return super().changeable(queryset, user) if user.role == Role.DEPARTMENT else queryset.none()

    def owner_text(self, model: type[Model]) -> str:
        return "위원회를 맡은 팀"


class PersonalScope(Scope):
    """한 사람의 것. 본인만 보고 고친다."""

    is_private = True

    def __init__(self, path: str) -> None:
        self.path = path

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset.filter(Q((self.path, user)))

    def may_add(self, model: type[Model], user: Staff) -> bool:
        return True


def signed_in(request: Any) -> Staff:
    """로그인한 사람. 로그인하지 않은 요청은 미들웨어가 먼저 돌려보낸다."""
    return cast("Staff", request.user)


def may_change_all(rows: QuerySet[Any], user: Staff) -> bool:
    """rows 를 모두 고칠 수 있는가. 바꾸기 앞뒤에 함께 물어, 남의 부서나 닫힌 자리로 옮기는 일을 막는다."""
    allowed: QuerySet[Any] = cast("Any", rows.model).scope.changeable(rows, user)
    return allowed.count() == rows.count()


def owns_team(user: Staff, team: str) -> bool:
    """팀의 업무를 처리할 수 있는 사람인가(시스템관리자 포함)."""
    return user.role == Role.ADMIN or (user.role == Role.TEAM and user.team == team)


def by_team(record: Model, user: Staff) -> bool:
    """자료를 맡은 팀(앱 이름)의 사람인가. 일(Act)의 may 에 적는다."""
    return owns_team(user, record._meta.app_label)


def by_owner(record: Any, user: Staff) -> bool:
    """맡은 팀의 사람이거나 자료에 적힌 부서의 담당자인가. 일(Act)의 may 에 적는다."""
    return by_team(record, user) or (user.role == Role.DEPARTMENT and user.department_id == record.department_id)


class RoleRequired:
    """역할로 여닫는 보통 화면에 붙인다. `roles` 밖의 사람은 403 을 받는다.

    team 을 적으면 POST(자료를 바꾸는 일)는 그 팀의 담당자만 할 수 있다.
    """

    roles: frozenset[Role] = DIVISION_ROLES
    team = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        user = request.user
        if user.role not in self.roles:
            raise PermissionDenied("이 화면은 기획예산과에서만 봅니다.")
        if self.team and request.method not in ("GET", "HEAD", "OPTIONS") and not owns_team(user, self.team):
            raise PermissionDenied(f"{Team(self.team).label}만 고칠 수 있습니다.")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

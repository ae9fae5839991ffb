"""부서, 직원, 보직과 보임, 직급별 정원, 차량."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core.access import AccountScope, CommonScope, Role, Team, TransferScope
from core.history.context import acting
from core.history.models import Change, Record, RecordQuerySet
from core.history.revisions import kept, kept_rows
from core.privacy.masking import masked_name
from core.remembering import remembered


class DatedQuerySet(RecordQuerySet):
    """유효 기간(부터·까지)이 있는 자료."""

    def valid_on(self, day: date) -> Self:
        """day 에 유효한 행."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Department(Record):
    """구청의 부서 하나. 개편이 있으면 기간을 닫고 새 부서를 만든 뒤 잇는다."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", "국"
        DIVISION = "division", "과"
        OFFICE = "office", "담당관"
        HEALTH_CENTER = "health_center", "보건소"
        DONG = "dong", "동"
        TEAM = "team", "팀"

    # 아직 코드를 받지 못한 부서에 주는 임시 코드의 머리
    PROVISIONAL = "임시-"

    code = models.CharField("부서 코드", max_length=20, unique=True)
    name = models.CharField("부서명", max_length=60)
    short_name = models.CharField("줄인 이름", max_length=30, blank=True)
    order = models.PositiveIntegerField("직제순", default=0)
    kind = models.CharField("구분", max_length=20, choices=Kind.choices, default=Kind.DIVISION)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="상위 부서")
    valid_from = models.DateField("설치일", default=date(2000, 1, 1))
    valid_to = models.DateField("폐지일", null=True, blank=True)
    is_reporting = models.BooleanField("자료 제출 부서", default=True)
    is_sample = models.BooleanField("표본", default=False)

    objects = DatedQuerySet.as_manager()
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "부서"
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": "폐지일이 설치일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": "자기 자신을 상위 부서로 둘 수 없습니다. 다른 부서를 골라 주세요."})


@remembered
def division() -> Department | None:
    """이 프로그램을 쓰는 과(DIVISION_NAME). 부서표에 없으면 None."""
    found: list[Department] = kept_rows(Department.objects.filter(name=settings.DIVISION_NAME).order_by("-valid_from")[:1])
    return found[0] if found else None


class DepartmentLineage(Record):
    """조직개편으로 한 부서가 다른 부서로 이어진 기록."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "개칭"
        MERGED = "merged", "통합"
        SPLIT = "split", "분리"
        ABOLISHED = "abolished", "폐지"

    kind = models.CharField("종류", max_length=10, choices=Kind.choices)
    on = models.DateField("개편일")
    predecessor = models.ForeignKey(Department, models.PROTECT, related_name="successions", verbose_name="이전 부서")
    successor = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="predecessions", verbose_name="이후 부서"
    )
    note = models.CharField("설명", max_length=200, blank=True)

    named_with = ("predecessor",)
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "부서 연혁"
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.predecessor} {self.get_kind_display()}"

    def clean(self) -> None:
        if self.kind != self.Kind.ABOLISHED and self.successor is None:
            raise ValidationError({"successor": "폐지가 아니면 이후 부서를 골라 주세요."})


class Grade(Record):
    """정·현원표의 직급 한 칸(직렬 묶음과 급)."""

    class Series(models.TextChoices):
        GENERAL = "general", "일반직"
        MANAGEMENT = "management", "관리운영직"
        SPECIAL = "special", "별정직·임기제"

    series = models.CharField("직군", max_length=20, choices=Series.choices)
    level = models.PositiveSmallIntegerField("급")
    order = models.PositiveSmallIntegerField("차례")

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "직급"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["series", "level"], name="grade_unique")]

    def __str__(self) -> str:
        return f"{self.get_series_display()} {self.level}급"


class StaffManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    def create_user(self, employee_number: str, password: str | None = None, **fields: Any) -> Staff:
        """사번으로 직원을 만든다. 첫 비밀번호는 로그인한 뒤 바꿔야 한다."""
        staff = self.model(employee_number=employee_number, **fields)
        staff.set_password(password)
        staff.save()
        return staff

    def create_superuser(self, employee_number: str, password: str | None = None, **fields: Any) -> Staff:
        return self.create_user(employee_number, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str) -> Staff:
        return self.get(employee_number=username)


class Staff(Record, AbstractBaseUser, PermissionsMixin):
    """직원 한 사람이자 로그인 계정. 사번이 아이디다."""

    class Position(models.TextChoices):
        """부서 안의 자리. 취합에서 누가 확인하고 누구에게 알리는지 정한다."""

        HANDLER = "handler", "담당"
        TEAM_LEAD = "team_lead", "팀장"
        HEAD = "head", "부서장"
        BUREAU_HEAD = "bureau_head", "국장"

    class Density(models.TextChoices):
        COMPACT = "compact", "촘촘"
        COMFORTABLE = "comfortable", "보통"

    class TextSize(models.TextChoices):
        NORMAL = "normal", "보통"
        LARGE = "large", "크게"
        XLARGE = "xlarge", "아주 크게"

    class Contrast(models.TextChoices):
        LIGHT = "light", "기본"
        HIGH = "high-contrast", "고대비"

    employee_number = models.CharField("사번", max_length=20, unique=True)
    name = models.CharField("이름", max_length=30)
    grade = models.ForeignKey(Grade, models.PROTECT, null=True, blank=True, verbose_name="직급")
    role = models.CharField("역할", max_length=20, choices=Role.choices, default=Role.VIEWER)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="부서"
    )
    team = models.CharField("팀", max_length=20, choices=Team.choices, blank=True)
    position = models.CharField("자리", max_length=20, choices=Position.choices, default=Position.HANDLER)
    extension = models.CharField("내선", max_length=20, blank=True)
    email = models.EmailField("전자우편", blank=True, help_text="알림을 전자우편으로도 받을 때만 적습니다.")
    is_active = models.BooleanField("사용", default=True)
    must_change_password = models.BooleanField("비밀번호를 바꿔야 함", default=True)
    is_sample = models.BooleanField("표본", default=False)
    density = models.CharField("줄 간격", max_length=20, choices=Density.choices, default=Density.COMPACT)
    text_size = models.CharField("글자 크기", max_length=20, choices=TextSize.choices, default=TextSize.NORMAL)
    contrast = models.CharField("화면 대비", max_length=20, choices=Contrast.choices, default=Contrast.LIGHT)
    fiscal_year = models.PositiveSmallIntegerField("보는 회계연도", null=True, blank=True)
    pins = models.JSONField("자주 쓰는 업무", default=list, blank=True)

    USERNAME_FIELD = "employee_number"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # 비밀번호 해시와 화면 취향은 이력에 남기지 않는다.
    untracked: ClassVar = ("password", "last_login", "density", "text_size", "contrast", "fiscal_year", "pins")

    objects = StaffManager()
    scope: ClassVar = AccountScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "직원"
        ordering = ["employee_number"]

    def __str__(self) -> str:
        return f"{self.name}({self.employee_number})"

    def clean(self) -> None:
        if self.role == Role.TEAM and not self.team:
            raise ValidationError({"team": "팀 담당자는 팀을 골라 주세요."})
        if self.role == Role.DEPARTMENT and self.department_id is None:
            raise ValidationError({"department": "부서 담당자는 부서를 골라 주세요."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        # 관리자 화면은 시스템관리자만 쓴다.
        self.is_superuser = self.is_staff = self.role == Role.ADMIN
        super().save(*args, **kwargs)

    is_staff = models.BooleanField("관리자 화면", default=False, editable=False)

    def note_password(self, what: str) -> None:
        """비밀번호가 바뀐 일을 이력에 적는다. 해시는 남기지 않고, 누가 언제 어디에서 했는지만 남긴다."""
        now = acting()
        Change(
            actor=now.user, source=now.source, model=self._meta.label_lower, object_id=self.pk, object_text=str(self),
            action=Change.Action.CHANGED, values={"password": ["", what]},
        ).save()  # fmt: skip

    @property
    def team_label(self) -> str:
        """화면에 쓰는 소속: 팀, 없으면 부서, 없으면 역할."""
        if self.team:
            return str(Team(self.team).label)
        if not self.department_id:
            return str(Role(self.role).label)
        return kept(("department", self.department_id), (Department,), lambda: str(self.department))

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        return masked_name(self.name)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Post(Record):
    """자리 하나. 사람이 바뀌어도 일은 자리에 남는다."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="posts", verbose_name="부서")
    team = models.CharField("팀", max_length=20, choices=Team.choices, blank=True)
    title = models.CharField("보직", max_length=60)
    duties = models.TextField("맡은 일", blank=True)
    order = models.PositiveSmallIntegerField("차례", default=0)
    is_sample = models.BooleanField("표본", default=False)

    named_with = ("department",)
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "보직"
        ordering = ["department", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.department} {self.title}"


class AssignmentQuerySet(RecordQuerySet):
    def on(self, day: date) -> Self:
        """day 에 그 자리에 있던 보임."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Assignment(Record):
    """누가 언제부터 언제까지 어느 자리에 어느 직급으로 있었는가."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments", verbose_name="보직")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="assignments", verbose_name="직원")
    grade = models.ForeignKey(Grade, models.PROTECT, verbose_name="직급")
    starts_on = models.DateField("부터")
    ends_on = models.DateField("까지", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False)

    objects = AssignmentQuerySet.as_manager()
    named_with = ("post__department", "staff")
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "보임"
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return f"{self.post} {self.staff}"

    def clean(self) -> None:
        if self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "끝난 날이 시작한 날보다 앞섭니다. 두 날짜를 확인해 주세요."})


class Transfer(Record):
    """인사발령 한 건: 누가 언제부터 어느 부서, 어느 자리, 어떤 역할로 옮기는가."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="transfers", verbose_name="직원")
    on = models.DateField("발령일")
    department = models.ForeignKey(Department, models.PROTECT, related_name="transfers", verbose_name="새 부서")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="새 보직")
    role = models.CharField("새 역할", max_length=20, choices=Role.choices)
    team = models.CharField("새 팀", max_length=20, choices=Team.choices, blank=True)
    position = models.CharField("새 자리", max_length=20, choices=Staff.Position.choices, default=Staff.Position.HANDLER)
    basis = models.CharField("근거", max_length=200, blank=True, help_text="예: 2023년 하반기 정기인사")
    applied_at = models.DateTimeField("적용한 때", null=True, blank=True, editable=False)

    named_with = ("staff", "department")
    scope: ClassVar = TransferScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "인사발령"
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["staff", "on"], name="transfer_unique")]

    def __str__(self) -> str:
        return f"{self.staff.name} {self.on:%Y. %-m. %-d.} {self.department}"

    def clean(self) -> None:
        problems = {}
        if self.role == Role.TEAM and not self.team:
            problems["team"] = "팀 담당자는 팀을 골라 주세요."
        if self.department_id and self.on and not Department.objects.valid_on(self.on).filter(pk=self.department_id).exists():
            problems["department"] = f"{self.on:%Y. %-m. %-d.}에 없는 부서입니다. 그날 있는 부서를 골라 주세요."
        if self.post and self.post.department_id != self.department_id:
            problems["post"] = f"「{self.post}」은(는) 다른 부서의 보직입니다. 새 부서의 보직을 골라 주세요."
        if problems:
            raise ValidationError(problems)

    @property
    def state(self) -> str:
        """「적용함」 또는 「예정」."""
        return "적용함" if self.applied_at else "예정"


class Quota(Record):
    """부서의 직급별 정원 한 칸. 정원 조례·규칙이 바뀌면 기간을 닫고 새로 적는다."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="quotas", verbose_name="부서")
    grade = models.ForeignKey(Grade, models.PROTECT, verbose_name="직급")
    headcount = models.PositiveSmallIntegerField("정원(명)")
    valid_from = models.DateField("부터")
    valid_to = models.DateField("까지", null=True, blank=True)
    basis = models.CharField("근거", max_length=100, blank=True)

    objects = DatedQuerySet.as_manager()
    named_with = ("department", "grade")
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "정원"
        ordering = ["department", "grade"]
        constraints = [models.UniqueConstraint(fields=["department", "grade", "valid_from"], name="quota_unique")]

    def __str__(self) -> str:
        return f"{self.department} {self.grade} {self.headcount}명"


class Vehicle(Record):
    """부서의 차량과 장비."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="vehicles", verbose_name="부서")
    category = models.CharField("구분", max_length=20, default="장비")
    name = models.CharField("명칭", max_length=60)
    model_name = models.CharField("차종", max_length=60, blank=True)
    body = models.CharField("형식", max_length=60, blank=True)
    quantity = models.PositiveSmallIntegerField("대수", null=True, blank=True)
    note = models.CharField("비고", max_length=200, blank=True)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "차량·장비"
        ordering = ["department", "name"]

    def __str__(self) -> str:
        return f"{self.name} {self.model_name}".strip()

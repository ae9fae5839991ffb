"""팀의 모델. 업무마다 한 줄."""

from planning.named_policies.models import *  # noqa: F403
from planning.periodic_reports.models import *  # noqa: F403
from planning.work_plans.models import *  # noqa: F403

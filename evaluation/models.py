"""팀의 모델. 업무마다 한 줄."""

from evaluation.four_year_plans.models import *  # noqa: F403
from evaluation.performance.models import *  # noqa: F403

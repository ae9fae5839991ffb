"""예산팀의 모델. 업무마다 한 줄."""

from budget.appropriations.models import *  # noqa: F403
from budget.research_projects.models import Milestone, ResearchOutput, ResearchProject, SetAside, SimilarJob, UseCheck  # noqa: F401

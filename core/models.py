"""공통 모델. 폴더마다 한 줄."""

from core.documents.models import StoredFile
from core.figures.models import ReportedValue, Setting
from core.history.models import Change
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Vehicle

__all__ = [
    "Assignment", "Change", "Department", "DepartmentLineage", "Grade", "Post", "Quota", "ReportedValue", "Setting",
    "Staff", "StoredFile", "Vehicle",
]

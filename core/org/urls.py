"""조직과 사람의 주소."""

from core.org.views import (
    AssignmentScreens,
    DepartmentScreens,
    GradeScreens,
    LineageScreens,
    PostScreens,
    QuotaScreens,
    StaffScreens,
    TransferScreens,
    VehicleScreens,
)

urlpatterns = [
    *DepartmentScreens.urls("departments/"),
    *LineageScreens.urls("department-lineages/"),
    *StaffScreens.urls("staff/"),
    *GradeScreens.urls("grades/"),
    *PostScreens.urls("posts/"),
    *AssignmentScreens.urls("assignments/"),
    *QuotaScreens.urls("quotas/"),
    *TransferScreens.urls("transfers/"),
    *VehicleScreens.urls("vehicles/"),
]

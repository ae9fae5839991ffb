"""공통 모델. 폴더마다 한 줄."""

from core.committees.models import (
    AgendaItem,
    Allowance,
    Attendance,
    Committee,
    CommitteeFunction,
    FollowUp,
    Meeting,
    Recusal,
    Seat,
)
from core.deadlines.models import CalendarToken, Deadline, DeadlineConfirmation, DeadlineRule, Holiday
from core.documents.models import Attachment, Comment, StoredFile
from core.excel.models import HeadingSynonym, ImportBatch, PreviewPage, RememberedMapping
from core.figures.models import ReportedValue, Setting
from core.handover.models import Handover, HandoverItem
from core.history.models import Change
from core.history.revisions import Revision
from core.inbox.models import InboxLine
from core.jobs.models import Job, Worker
from core.notices.models import Notice
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Transfer, Vehicle
from core.privacy.models import AccessCheck, PersonalAccess
from core.projects.models import Project, ProjectResult
from core.reports.models import Report, ReportFigure, ReportText
from core.rounds.models import (
    ConfirmationRule,
    ReminderLadder,
    ReminderSent,
    ReminderStep,
    Round,
    RoundTemplate,
    Submission,
    SubmissionStep,
)
from core.screens.models import ColumnChoice, FormToken, SavedFilter

__all__ = [
    "AccessCheck",
    "AgendaItem",
    "Allowance",
    "Assignment",
    "Attachment",
    "Attendance",
    "CalendarToken",
    "Change",
    "ColumnChoice",
    "Comment",
    "Committee",
    "CommitteeFunction",
    "ConfirmationRule",
    "Deadline",
    "DeadlineConfirmation",
    "DeadlineRule",
    "Department",
    "DepartmentLineage",
    "FollowUp",
    "FormToken",
    "Grade",
    "Handover",
    "HandoverItem",
    "HeadingSynonym",
    "Holiday",
    "ImportBatch",
    "InboxLine",
    "Job",
    "Meeting",
    "Notice",
    "PersonalAccess",
    "Post",
    "PreviewPage",
    "Project",
    "ProjectResult",
    "Quota",
    "Recusal",
    "RememberedMapping",
    "ReminderLadder",
    "ReminderSent",
    "ReminderStep",
    "Report",
    "ReportFigure",
    "ReportText",
    "ReportedValue",
    "Revision",
    "Round",
    "RoundTemplate",
    "SavedFilter",
    "Seat",
    "Setting",
    "Staff",
    "StoredFile",
    "Submission",
    "SubmissionStep",
    "Transfer",
    "Vehicle",
    "Worker",
]

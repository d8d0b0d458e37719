"""Addresses of the room of attendance."""

from django.urls import path

from comity.attendance.views import certificates, instructions, sheets, workbooks

urlpatterns = [
    path("attendance/", sheets.overview, name="attendance"),
    path("attendance/<str:number>/", sheets.sheet, name="attendance_sheet"),
    path("attendance/<str:number>/mark/", sheets.mark, name="attendance_mark"),
    path("attendance/<str:number>/others/", sheets.mark_others, name="attendance_others"),
    path("attendance/<str:number>/grade/", sheets.grade, name="attendance_grade"),
    path("attendance/<str:number>/rule/", sheets.choose_rule, name="attendance_rule"),
    path("attendance/<str:number>/close/", sheets.close, name="attendance_close"),
    path("attendance/<str:number>/reopen/", sheets.reopen, name="attendance_reopen"),
    path("attendance/<str:number>/export.<slug:form>", workbooks.export, name="attendance_export"),
    path("attendance/<str:number>/import/", workbooks.import_sheet, name="attendance_import"),
    path("attendance/<str:number>/import/<int:pk>/", workbooks.batch, name="attendance_batch"),
    path("attendance/<str:number>/instructions/", instructions.instructions, name="instructions"),
    path("attendance/<str:number>/instructions/issue/", instructions.issue, name="instructions_issue"),
    path("attendance/<str:number>/instructions/<int:pk>.pdf", instructions.paper, name="instructions_paper"),
    path("attendance/<str:number>/certificates/", certificates.certificates, name="certificates"),
    path("attendance/<str:number>/certificates/<int:pk>.pdf", certificates.paper, name="certificate_paper"),
    path("attendance/<str:number>/certificates/<int:pk>/revoke/", certificates.revoke, name="certificate_revoke"),
    path("certificates/<str:code>/", certificates.check, name="certificate"),
]

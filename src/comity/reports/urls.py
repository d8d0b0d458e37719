"""Addresses of reports."""

from django.urls import path

from comity.reports.views import brief, desk, figures, thread, timeline

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("desk/<slug:name>/", desk.rows, name="desk_rows"),
    path("briefs/", brief.briefs, name="briefs"),
    path("parties/<str:code>/brief/", brief.brief, name="brief"),
    path("parties/<str:code>/brief.pdf", brief.paper, name="brief_paper"),
    path("parties/<str:code>/brief/<str:name>/", brief.rows, name="brief_rows"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("reports/figures/", figures.figures, name="figures"),
    path("reports/figures/rows/", figures.rows, name="figures_rows"),
    path("reports/figures.<slug:form>", figures.take_away, name="figures_away"),
    path("programmes/<int:pk>/thread/", thread.thread, name="programme_thread"),
    path("menu/<int:year>/<str:number>/goals/", thread.served, name="activity_goals"),
]

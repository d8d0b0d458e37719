"""Addresses of reports."""

from django.urls import path

from comity.reports.views import desk, thread, timeline

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("programmes/<int:pk>/thread/", thread.thread, name="programme_thread"),
    path("menu/<int:year>/<str:number>/goals/", thread.served, name="activity_goals"),
]

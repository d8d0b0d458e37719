"""Addresses of reports."""

from django.urls import path

from comity.reports.views import desk, timeline

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("timeline/", timeline.timeline, name="timeline"),
]

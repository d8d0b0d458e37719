"""Addresses of feeds; the first is for calendars, and opens to whoever knows it."""

from django.urls import path

from comity.calendars import views

urlpatterns = [
    path("calendar/<str:words>.ics", views.calendar, name="calendar"),
    path("calendars/", views.overview, name="calendars"),
    path("calendars/<int:pk>/end/", views.end, name="calendar_end"),
]

"""Addresses of messages."""

from django.urls import path

from comity.notices import views

urlpatterns = [
    path("notices/", views.inbox, name="notices"),
    path("notices/read/", views.read_all, name="read_all_notices"),
    path("notices/<int:pk>/open/", views.open_notice, name="open_notice"),
    path("notices/<int:pk>/read/", views.read_notice, name="read_notice"),
    path("notices/choices/", views.choices, name="notices_choices"),
    path("notices/letters/", views.letters, name="letters"),
    path("notices/letters/<int:pk>/retry/", views.retry_letter, name="retry_letter"),
    path("notices/hooks/", views.hooks, name="hooks"),
    path("notices/hooks/<int:pk>/try/", views.try_hook, name="try_hook"),
    path("notices/hooks/<int:pk>/turn/", views.turn_hook, name="turn_hook"),
    path("notices/hooks/<int:pk>/remove/", views.remove_hook, name="remove_hook"),
]

"""Addresses of the people who sign in, for those who manage accounts."""

from django.urls import path

from comity.parties import views

urlpatterns = [
    path("accounts/people/", views.people, name="people"),
    path("accounts/people/open/", views.open_account, name="open_account"),
    path("accounts/people/<str:login>/", views.person, name="person"),
    path("accounts/people/<str:login>/give/", views.give, name="person_give"),
    path("accounts/people/<str:login>/end/", views.end, name="person_end"),
    path("accounts/people/<str:login>/describe/", views.describe, name="person_describe"),
    path("accounts/people/<str:login>/close/", views.close, name="person_close"),
    path("accounts/people/<str:login>/reopen/", views.reopen, name="person_reopen"),
    path("accounts/people/<str:login>/password/", views.new_password, name="person_password"),
    path("accounts/people/<str:login>/drop-second-factor/", views.drop_second_factor, name="person_drop_second_factor"),
    path("accounts/people/<str:login>/end-sessions/", views.end_sessions, name="person_end_sessions"),
]

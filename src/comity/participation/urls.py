"""Addresses of the room of participation."""

from django.urls import path

from comity.participation.views import plans, requests, rounds

urlpatterns = [
    path("requests/", requests.overview, name="requests"),
    path("requests/export.<slug:form>", requests.export, name="requests_export"),
    path("requests/import/", requests.import_sheet, name="requests_import"),
    path("requests/import/<int:pk>/", requests.batch, name="requests_batch"),
    path("requests/from-plan/", plans.compare, name="plan_compare"),
    path("requests/submit/", requests.submit_all, name="requests_submit"),
    path("requests/<int:pk>/", requests.line, name="request"),
    path("requests/<int:pk>/waive/", requests.waive, name="request_waive"),
    path("requests/<int:pk>/withdraw/", requests.withdraw, name="request_withdraw"),
    path("requests/<int:pk>/take/", requests.take, name="request_take"),
    path("requests/grants/<int:pk>/release/", requests.release, name="grant_release"),
    path("menu/<int:year>/<str:number>/ask/", requests.ask, name="activity_ask"),
    path("rounds/", rounds.overview, name="rounds"),
    path("rounds/limits/", rounds.limits_page, name="limits"),
    path("rounds/<int:pk>/", rounds.inspect, name="round"),
    path("rounds/<int:pk>/progress/", rounds.progress, name="round_progress"),
    path("rounds/<int:pk>/lines.<slug:form>", rounds.export, name="round_export"),
    path("rounds/<int:pk>/publish/", rounds.publish, name="round_publish"),
    path("rounds/<int:pk>/set-aside/", rounds.set_aside, name="round_set_aside"),
]

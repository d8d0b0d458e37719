"""Addresses of the room of scenarios."""

from django.urls import path

from comity.scenarios.views import comparing, studies, trials

urlpatterns = [
    path("rounds/compare/", comparing.compare, name="rounds_compare"),
    path("rounds/compare/<slug:part>.<slug:form>", comparing.export, name="compare_export"),
    path("rounds/<int:pk>/lines/<int:line>/", trials.inspect, name="line"),
    path("rounds/<int:pk>/lines/<int:line>/try/", trials.attempt, name="line_try"),
    path("scenarios/", studies.overview, name="scenarios"),
    path("scenarios/order/", studies.order, name="study_order"),
    path("scenarios/<int:pk>/", studies.inspect, name="study"),
    path("scenarios/<int:pk>/progress/", studies.progress, name="study_progress"),
    path("scenarios/<int:pk>/cancel/", studies.cancel, name="study_cancel"),
    path("scenarios/<int:pk>/scenarios.<slug:form>", studies.export, name="study_export"),
]

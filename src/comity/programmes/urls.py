"""Addresses of the room of programmes."""

from django.urls import path

from comity.programmes.views import goals, objectives, sheets

urlpatterns = [
    path("programmes/", objectives.programmes, name="programmes"),
    path("programmes/goals/", goals.overview, name="goals"),
    path("programmes/goals/new/<str:party>/", goals.new, name="goal_new"),
    path("programmes/goals/export.<slug:form>", sheets.export, name="goals_export"),
    path("programmes/goals/import/<str:party>/", sheets.hand_in, name="goals_import"),
    path("programmes/goals/batches/<int:pk>/", sheets.batch, name="goals_batch"),
    path("programmes/goals/<int:pk>/", goals.goal, name="goal"),
    path("programmes/goals/<int:pk>/retire/", goals.retire, name="goal_retire"),
]

"""Addresses of the room of programmes."""

from django.urls import path

from comity.programmes.views import documents, goals, milestones, objectives, sheets

urlpatterns = [
    path("programmes/", documents.register, name="programmes"),
    path("programmes/types/", documents.types, name="programme_types"),
    path("programmes/record/", documents.record, name="programme_record"),
    path("programmes/objectives/", objectives.overview, name="objectives"),
    path("programmes/new/<str:party>/", documents.new, name="programme_new"),
    path("programmes/goals/", goals.overview, name="goals"),
    path("programmes/goals/new/<str:party>/", goals.new, name="goal_new"),
    path("programmes/goals/export.<slug:form>", sheets.export, name="goals_export"),
    path("programmes/goals/import/<str:party>/", sheets.hand_in, name="goals_import"),
    path("programmes/goals/batches/<int:pk>/", sheets.batch, name="goals_batch"),
    path("programmes/goals/<int:pk>/", goals.goal, name="goal"),
    path("programmes/goals/<int:pk>/retire/", goals.retire, name="goal_retire"),
    path("programmes/goals/<int:pk>/<slug:verb>/", milestones.on_goal, name="goal_act"),
    path("programmes/milestones/<int:pk>/<slug:verb>/", milestones.on_milestone, name="milestone_act"),
    path("programmes/supports/<int:pk>/untie/", milestones.untie, name="support_untie"),
    path("programmes/<int:pk>/", documents.document, name="programme"),
    path("programmes/<int:pk>/forward/", documents.forward, name="programme_forward"),
    path("programmes/<int:pk>/<slug:verb>/", documents.act, name="programme_act"),
]

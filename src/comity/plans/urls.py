"""Addresses of the room of plans."""

from django.urls import path

from comity.plans.views import plans

urlpatterns = [
    path("programmes/plans/", plans.overview, name="plans"),
    path("programmes/plans/<str:party>/", plans.plan, name="plan"),
    path("programmes/plans/<str:party>/begin/", plans.begin, name="plan_begin"),
    path("programmes/plans/<str:party>/draft/", plans.draft, name="plan_draft"),
    path("programmes/plans/<str:party>/anew/", plans.anew, name="plan_anew"),
    path("programmes/plans/<str:party>/change/", plans.change, name="plan_change"),
    path("programmes/plans/<str:party>/menu/", plans.menu, name="plan_menu"),
    path("programmes/plans/<str:party>/undo/", plans.undo, name="plan_undo"),
    path("programmes/plans/<str:party>/limits/", plans.limits_page, name="plan_limits"),
    path("programmes/plans/<str:party>/accept/<int:pk>/", plans.accept, name="plan_accept"),
    path("programmes/plans/<str:party>/keep/", plans.keep, name="plan_keep"),
    path("programmes/together/<int:pk>/", plans.together, name="plans_together"),
    path("programmes/variants/<int:pk>/", plans.variant, name="plan_variant"),
    path("programmes/proposals/<int:pk>/", plans.proposal, name="plan_proposal"),
]

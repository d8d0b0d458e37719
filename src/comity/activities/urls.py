"""Addresses of the menu."""

from django.urls import path

from comity.activities import views

urlpatterns = [
    path("menu/", views.now, name="menu_now"),
    path("menu/plan/", views.plan, name="edition_plan"),
    path("menu/<int:year>.ics", views.feed, name="menu_feed"),
    path("menu/<int:year>/", views.menu, name="menu"),
    path("menu/<int:year>/export.<str:form>", views.export, name="menu_export"),
    path("menu/<int:year>/contribute/", views.contribute, name="menu_contribute"),
    path("menu/<int:year>/manage/", views.manage, name="menu_manage"),
    path("menu/<int:year>/manage/<slug:step>/", views.step, name="menu_step"),
    path("menu/<int:year>/import/", views.hand_in, name="menu_import"),
    path("menu/<int:year>/import/<int:pk>/", views.batch, name="menu_batch"),
    path("menu/<int:year>/import/<int:pk>/<slug:act>/", views.settle, name="menu_batch_act"),
    path("menu/<int:year>/<str:number>/", views.activity, name="activity"),
    path("menu/<int:year>/<str:number>/edit/", views.edit, name="activity_edit"),
    path("menu/<int:year>/<str:number>/<slug:act>/", views.decide, name="activity_act"),
]

"""Addresses of the room of reviews."""

from django.urls import path

from comity.reviews import views

urlpatterns = [
    path("programmes/reviews/", views.overview, name="reviews"),
    path("programmes/reviews/<int:pk>/", views.review, name="review"),
    path("programmes/reviews/<int:pk>/rate/", views.rate, name="review_rate"),
    path("programmes/reviews/<int:pk>/report.<slug:form>", views.report, name="review_report"),
    path("programmes/reviews/<int:pk>/steps/<int:place>/", views.step, name="review_step"),
    path("programmes/<int:pk>/reviews/", views.new, name="review_new"),
]

"""Addresses of the purpose room."""

from django.urls import path

from milepost.purpose import views

app_name = "purpose"
urlpatterns = [
    path("", views.frameworks, name="frameworks"),
    path("import/", views.bring, name="import"),
    path("import/<uuid:run>/", views.report, name="report"),
    path("<uuid:framework>/", views.framework, name="framework"),
    path("<uuid:framework>/export/", views.export, name="export"),
    path("<uuid:framework>/use/", views.use, name="use"),
    path("<uuid:framework>/package.json", views.package, name="package"),
    path("<uuid:framework>/received/<int:number>/", views.received, name="received"),
    path("competency/<uuid:competency>/", views.competency, name="competency"),
]

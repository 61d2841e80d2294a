"""Addresses of the funding room."""

from django.urls import path

from milepost.funding.views import (
    braid,
    chance,
    contracts,
    equity,
    files,
    formulas,
    plan,
    purchasing,
    stress,
)

app_name = "funding"
urlpatterns = [
    path("", plan.plans, name="plans"),
    path("plans/<uuid:plan>/", plan.plan, name="plan"),
    path("plans/<uuid:plan>/costs.csv", plan.costs_csv, name="plan_costs"),
    path("plans/<uuid:plan>/versions/", plan.versions, name="plan_versions"),
    path("plans/<uuid:plan>/lines/<str:key>/", plan.line, name="plan_line"),
    path("plans/<uuid:plan>/braid/", braid.page, name="braid"),
    path("plans/<uuid:plan>/braid.csv", braid.csv_file, name="braid_csv"),
    path("plans/<uuid:plan>/files/", files.page, name="plan_files"),
    path("plans/<uuid:plan>/files/<str:form>", files.download, name="plan_file"),
    path("plans/<uuid:plan>/what-if/", stress.page, name="stress"),
    path("buying-together/", purchasing.page, name="purchasing"),
    path("plans/<uuid:plan>/chance/", chance.page, name="chance"),
    path("plans/<uuid:plan>/chance.csv", chance.csv_file, name="chance_csv"),
    path("equity/", equity.page, name="equity"),
    path("formulas/", formulas.formulas, name="formulas"),
    path("formulas/<slug:state>/<int:year>/", formulas.formula, name="formula"),
    path("formulas/<slug:state>/<int:year>/lines.csv", formulas.formula_csv, name="formula_csv"),
    path(
        "formulas/<slug:state>/<int:year>/notices/<str:entity>/",
        formulas.formula_notice,
        name="formula_notice",
    ),
    path("contracts/<uuid:contract>/", contracts.contract, name="contract"),
    path("contracts/<uuid:contract>/lines.csv", contracts.ledger_csv, name="contract_csv"),
    path("contracts/<uuid:contract>/verify/", contracts.verify, name="contract_verify"),
    path("contracts/<uuid:contract>/dispute/", contracts.dispute, name="contract_dispute"),
    path("contracts/<uuid:contract>/settle/", contracts.settle, name="contract_settle"),
]

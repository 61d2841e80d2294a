"""Addresses of the site, one list."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from milepost.look import gallery
from milepost.site import health, metrics, sign_in
from milepost.site.pages import (
    data,
    family,
    home,
    judging,
    leader,
    learner,
    one_learner,
    practice,
    search,
    teacher,
)

handler500 = "milepost.site.outage.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    # Only these of allauth's pages: a school has no letter box for resets, and nobody signs up.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("frameworks/", include("milepost.purpose.urls")),
    path("funding/", include("milepost.funding.urls")),
    path("rules/", include("milepost.rulebook.urls")),
    path("search/", search.search, name="search"),
    # A learner: own pages, family's and teachers' view of the same record.
    path("learners/<uuid:learner>/", one_learner.one_learner, name="learner"),
    path("learners/<uuid:learner>/path/", learner.path, name="path"),
    path("learners/<uuid:learner>/evidence/", learner.evidence_page, name="evidence"),
    path("learners/<uuid:learner>/story/", family.story, name="story"),
    path("learners/<uuid:learner>/steps/", learner.choose_step, name="choose_step"),
    path("learners/<uuid:learner>/goals/", learner.set_goal, name="set_goal"),
    path("learners/<uuid:learner>/goals/<uuid:goal>/end/", learner.end_goal, name="end_goal"),
    path("learners/<uuid:learner>/conferences/", one_learner.conferences, name="conferences"),
    path(
        "learners/<uuid:learner>/competencies/<uuid:competency>/",
        learner.competency,
        name="learner_competency",
    ),
    path(
        "learners/<uuid:learner>/competencies/<uuid:competency>/practice/",
        practice.practice,
        name="practice",
    ),
    path("practice/<uuid:attempt>/hint/", practice.hint, name="hint"),
    path("practice/<uuid:attempt>/answer/", practice.answer, name="answer"),
    path("evidence/<uuid:observation>/void/", one_learner.void, name="void"),
    # A class
    path("classes/", teacher.classes, name="classes"),
    path("classes/<uuid:school_class>/grid/", teacher.grid, name="grid"),
    path("classes/<uuid:school_class>/groups/", teacher.groups, name="groups"),
    path("classes/<uuid:school_class>/judge/", judging.judge, name="judge"),
    # A school
    path("schools/", leader.schools, name="schools"),
    path("schools/<uuid:school>/", leader.pulse, name="pulse"),
    path("schools/<uuid:school>/grade/", leader.grade_grid, name="grade_grid"),
    # A district's data
    path("data/", data.health, name="data_health"),
    path("data/runs/<uuid:run>/", data.run, name="import_run"),
    path("data/runs/<uuid:run>/decide/", data.decide, name="decide_import"),
    path("data/replay/", data.replay, name="replay"),
    path("data/rules/", data.rules, name="rules"),
    path("data/words/", data.words, name="words"),
    path("data/settings/", data.settings_page, name="district_settings"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
if settings.DEMO:
    urlpatterns += [
        path("demonstration/sign-in/", sign_in.as_somebody, name="demo_sign_in"),
        path("look/", gallery.gallery, name="look_gallery"),
    ]

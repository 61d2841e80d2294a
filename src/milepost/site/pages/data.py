"""The data lead's pages: is everything in, and is it right; what would a change of rule change."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.audit import queries as audit
from milepost.audit.models import ImportRun
from milepost.evidence import queries as evidence
from milepost.evidence.models import Observation
from milepost.mastery import commands as mastery_commands
from milepost.mastery import queries as mastery
from milepost.mastery.models import FoldCursor, LearnerBelief
from milepost.mastery.rules import KINDS, Need, Rule
from milepost.roster import commands as roster
from milepost.roster import queries as people
from milepost.roster.settings import DISTRICT_SETTINGS
from milepost.site import environment, tasks
from milepost.site.pages import reading
from milepost.site.pages.access import PersonRequest, roles_required
from milepost.site.shell import DATA_ROLES

PERCENTS = ("chance", "certainty", "keep")
JUDGED = ("judgement",)
NEARLY = 0.6
"""Lowest score of a judgement that a rule counts: the level “Nearly” lies above it."""

data_role = roles_required(*DATA_ROLES)


@data_role
def health(request: PersonRequest) -> HttpResponse:
    """Imports, refusals in words, evidence, waiting rows, and how far the fold is."""
    district = request.person.district
    runs = list(audit.latest_runs(district.pk))
    cursor = mastery.cursor(district.pk)
    return render(
        request,
        "site/data/health.html",
        {
            "runs": runs,
            "waiting_runs": list(audit.waiting_runs(district.pk)),
            "evidence": evidence.evidence_counts(district.pk),
            "kinds": mastery.kind_words(),
            "waiting_rows": evidence.waiting_rows(district.pk),
            "cursor": cursor,
            "last_position": evidence.last_position(district.pk),
            "behind": _behind(district.pk, cursor),
            "anew": bool(cursor and cursor.folded_epoch < cursor.epoch),
            "events": list(audit.latest_events(district.pk, 20)),
            "at": timezone.now(),
        },
    )


@data_role
def run(request: PersonRequest, run: UUID) -> HttpResponse:
    """One import: what it brought, every row that it refused, who waits to be recognised."""
    detail = audit.run_detail(request.person.district_id, run)
    if detail is None:
        raise Http404
    return render(
        request,
        "site/data/run.html",
        {"detail": detail, "proposals": list(people.open_proposals(detail.run))},
    )


@require_POST
@data_role
def decide(request: PersonRequest, run: UUID) -> HttpResponse:
    """Answer who is who, then approve or decline an import that waits."""
    detail = audit.run_detail(request.person.district_id, run)
    if detail is None or detail.run.status != ImportRun.Status.HELD:
        raise Http404
    by, act = request.viewer.person, request.POST.get("act", "")
    try:
        if act == "decline":
            why = request.POST.get("why", "")
            roster.decline_import(
                by=by,
                run=detail.run,
                why=why,
                now=timezone.now(),
                keep_in=environment.home() / "imports",
            )
            messages.success(request, _("The import is declined. Nothing changed."))
        elif act == "approve" and people.open_proposals(detail.run).exists():
            messages.error(request, _("First say who is who, for everybody who is named."))
        elif act == "approve":
            tasks.approve_import.enqueue(run=str(run), by=str(by))
            messages.success(request, _("The import is approved and runs now."))
        elif act == "recognise":
            _decide_people(request, detail.run)
        else:
            messages.error(request, _("Choose what to do with this import."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("import_run", run=run)


@require_POST
@data_role
def replay(request: PersonRequest) -> HttpResponse:
    """Throw all states away and fold everything anew, in the background."""
    tasks.rebuild.enqueue(district=str(request.person.district_id))
    messages.success(request, _("All evidence is being folded anew; the result must be the same."))
    return redirect("data_health")


@data_role
def rules(request: PersonRequest) -> HttpResponse:
    """The rule in force, and the effect of another before it is published."""
    district = request.person.district_id
    rule, problem, effect = mastery.rules(district)[None], "", None
    typed = _typed(rule) | request.POST.dict()
    if request.method == "POST":
        try:
            rule = _rule(request)
            if request.POST.get("act") == "publish":
                mastery_commands.publish_rule(
                    by=request.viewer.person, district=district, rule=rule, now=timezone.now(),
                    why=request.POST.get("why", "")[:500],
                )  # fmt: skip
                tasks.catch_up.enqueue(district=str(district))
                messages.success(
                    request, _("The rule is published; decisions are being made anew.")
                )
                return redirect("rules")
            effect = mastery.rule_effect(district, rule)
        except ValueError as error:
            problem = str(error)
    return render(
        request,
        "site/data/rules.html",
        {
            "typed": typed,
            "problem": problem,
            "effect": effect,
            "words": mastery.status_words(district, request.LANGUAGE_CODE),
        },
    )


@data_role
def words(request: PersonRequest) -> HttpResponse:
    """The district's own words for the states, in each language."""
    district = request.person.district_id
    languages = ("en", "es")
    words_here = mastery.status_words(district, request.LANGUAGE_CODE)
    now = {language: _words_in(district, language) for language in languages}
    if request.method == "POST":
        for language in languages:
            for code in mastery.STATUSES:
                label = request.POST.get(f"{language}-{code}", "").strip()[:60]
                if label and label != now[language][code]:
                    mastery_commands.set_word(
                        by=request.viewer.person, district=district, code=code,
                        label=label, language=language,
                    )  # fmt: skip
        messages.success(request, _("The words are changed on every page."))
        return redirect("words")
    table = [(code, [(lang, now[lang][code]) for lang in languages]) for code in mastery.STATUSES]
    return render(request, "site/data/words.html", {"table": table, "names": words_here})


@data_role
def settings_page(request: PersonRequest) -> HttpResponse:
    """Every setting that the district owns, with its unit, source and meaning."""
    district = request.person.district
    if request.method == "POST":
        key = request.POST.get("key", "")
        try:
            roster.set_setting(
                by=request.viewer.person,
                district=district,
                key=key,
                value=_value(key, request.POST.get("value", "")),
                effective_from=people.today(district),
            )
            messages.success(request, _("%(key)s is set from today on.") % {"key": key})
        except (KeyError, ValueError):
            messages.error(
                request,
                _("Give a number from 0 on for a setting in the list; a share is at most 1."),
            )
        return redirect("district_settings")
    rows = [(s, people.setting(district.pk, s.key)) for s in DISTRICT_SETTINGS.values()]
    return render(request, "site/data/settings.html", {"rows": rows})


def _decide_people(request: PersonRequest, run: ImportRun) -> None:
    """Answer one question of who is who, or all that stand open in the same way."""
    same = request.POST.get("same") == "yes"
    by = request.viewer.person
    if request.POST.get("proposal") == "all":
        roster.decide_identities(by=by, run=run, same=same)
        return
    asked = request.POST.get("proposal", "")
    proposal = next((p for p in people.open_proposals(run) if str(p.pk) == asked), None)
    if proposal is None:
        raise Http404
    roster.decide_identity(by=by, proposal=proposal, same=same)


def _typed(rule: Rule) -> dict[str, str]:
    """Return a rule as its form shows it: chances in percent, pieces of evidence by need."""
    pieces = {need.kinds: need.pieces for need in rule.needs}
    return {name: f"{getattr(rule, name) * 100:g}" for name in PERCENTS} | {
        "pieces": str(pieces.get(KINDS, 0)),
        "judged": str(pieces.get(JUDGED, 0)),
    }


def _rule(request: PersonRequest) -> Rule:
    """Read a rule from the form. Raises ValueError in words a person understands."""
    shares = {name: reading.number(request.POST.get(name, "")) for name in PERCENTS}
    if not all(0 < share < 100 for share in shares.values()):
        raise ValueError(_("Percentages lie between 0 and 100."))
    if shares["keep"] > shares["certainty"]:
        raise ValueError(_("The certainty of a refresher cannot be above the certainty it takes."))
    pieces, judged = (reading.whole(request.POST.get(n) or "0") for n in ("pieces", "judged"))
    if not pieces and not judged:
        raise ValueError(_("A rule asks for at least one piece of evidence."))
    needs = [Need(pieces)] if pieces else []
    if judged:
        needs.append(Need(judged, JUDGED, NEARLY))
    chance, certainty, keep = (shares[name] / 100 for name in PERCENTS)
    return Rule(chance, certainty, keep, tuple(needs))


def _words_in(district: UUID, language: str) -> dict[str, str]:
    """Return the words for the states in a language, whatever language the page is in."""
    with translation.override(language):
        return mastery.status_words(district, language)


def _value(key: str, text: str) -> float:
    """Read the value of a setting. Raises KeyError or ValueError."""
    value = reading.number(text)
    is_share = DISTRICT_SETTINGS[key].unit.startswith(("share", "probability"))
    if value < 0 or (is_share and value > 1):
        raise ValueError(text)
    return value


def _behind(district: UUID, cursor: FoldCursor | None) -> int:
    """Return how many pieces of evidence no state rests on yet.

    What was folded as it came (an answer in practice, a judgement) does not wait for the cursor.
    """
    folded = LearnerBelief.objects.filter(
        learner=OuterRef("learner"), position__gte=OuterRef("position")
    )
    after = cursor.position if cursor else 0
    newer = Observation.objects.filter(district=district, position__gt=after)
    return newer.exclude(Exists(folded)).count()

"""Practice in the browser: a question, hints, an answer that becomes evidence at once."""

from random import SystemRandom
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.assessment import commands as assessment
from milepost.assessment import items
from milepost.assessment.models import Attempt
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.purpose.queries import competencies_in_use
from milepost.roster.queries import keys_of
from milepost.site.pages.access import PersonRequest, person_required, subject_or_404


@person_required
def practice(request: PersonRequest, learner: UUID, competency: UUID) -> HttpResponse:
    """A question on one competency, with the hints taken so far. Only for the learner."""
    subject = subject_or_404(request, learner)
    one = competencies_in_use(subject.person.district_id).filter(pk=competency).first()
    if not subject.mine or one is None:
        raise Http404
    attempt = assessment.show_question(
        learner=subject.person, competency=one, rng=SystemRandom(), now=timezone.now()
    )
    if attempt is None:
        messages.info(request, _("There is no practice for this yet. Your teacher can help."))
        return redirect("learner_competency", learner=learner, competency=competency)
    return render(request, "site/practice/question.html", _question(request, attempt, one))


@require_POST
@person_required
def hint(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Open one more hint."""
    own = _own_attempt(request, attempt)
    one, *_others = _competencies(request, own)
    try:
        own.hints = assessment.take_hint(attempt=own)
    except ValueError as error:
        messages.error(request, str(error))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "site/practice/_hints.html", _question(request, own, one))
    return redirect("practice", learner=own.learner_id, competency=one.pk)


@require_POST
@person_required
def answer(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Check an answer, keep it as evidence, and show what it changed."""
    own = _own_attempt(request, attempt)
    one, *others = _competencies(request, own)
    given = {items.FIELD: request.POST.get(items.FIELD, "")[:500]}
    try:
        done = assessment.answer(
            by=request.viewer.person,
            attempt=own,
            given=given,
            competencies={c.code: c.pk for c in (*others, one)},
            now=timezone.now(),
        )
    except ValueError:
        messages.info(request, _("This question was answered already. Here is another."))
        return redirect("practice", learner=own.learner_id, competency=one.pk)
    if not done.result.readable:
        context = _question(request, own, one) | {"problem": done.result.feedback, "given": given}
        return render(request, "site/practice/question.html", context, status=422)
    key = keys_of([own.learner_id])[own.learner_id]
    table = mastery.statuses(own.district_id, learners=[key], competencies=[one.pk])
    status = table.of(key, one.pk)
    return render(
        request,
        "site/practice/answered.html",
        _question(request, own, one)
        | {
            "result": done.result,
            "given": given,
            "status": status,
            "why_not_yet": mastery.explain(status.not_yet),
            "words": mastery.status_words(own.district_id, request.LANGUAGE_CODE),
        },
    )


def _question(request: PersonRequest, attempt: Attempt, one: Competency) -> dict[str, object]:
    question = items.render(attempt.item, attempt.seed)
    return {
        "learner": request.person,
        "competency": one,
        "attempt": attempt,
        "question": question,
        "hints": question.hints[: attempt.hints],
        "hints_left": len(question.hints) - attempt.hints,
    }


def _own_attempt(request: PersonRequest, attempt: UUID) -> Attempt:
    found = Attempt.objects.filter(pk=attempt, learner=request.person).first()
    if found is None:
        raise Http404
    return found


def _competencies(request: PersonRequest, attempt: Attempt) -> list[Competency]:
    """Return the competencies in use that an attempt's item shows, the practised one first.

    Raises Http404 when there is none, as when the item or its competencies were retired meanwhile.
    """
    try:
        codes = items.item(attempt.item).codes
    except items.UnknownItem as error:
        raise Http404 from error
    shown = [c for c in competencies_in_use(attempt.district_id) if c.code in codes]
    if not shown:
        raise Http404
    asked = request.POST.get("competency", "")
    return sorted(shown, key=lambda c: (str(c.pk) != asked, codes.index(c.code)))

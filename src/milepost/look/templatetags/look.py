"""Components for pages: `{% load look %}`.

Values (`Cell`, `Moment`, ...) come from `milepost.look.parts`; `words` is always the mapping of
status code to the district's word; `code` is one of none, working, proficient, refresh. Tags with
an end take content. Arguments in brackets may be left out. See them all at the gallery.

| tag | draws |
|---|---|
| `{% status code words_of_it [unsure=False] %}` | status chip: shape, words, colour |
| `{% status_key words %}` | what the shapes mean |
| `{% heat_map grid %}` | `HeatMap` as a table with sticky heads, in a region of its own |
| `{% distribution counts words [label=""] [url=""] %}` | bar of learners by status, with its text |
| `{% trend points label [unit=""] [low=None] [high=None] %}` | line of `Point`s and their table |
| `{% sparkline points label %}` | a small line without its table, for a row or a tile |
| `{% dosage minutes target label %}` | minutes received beside a target |
| `{% meter value total label %}` | n of N as a bar |
| `{% stat number label [url=""] [note=""] %}` | figure that opens what it is made of |
| `{% next_step kind title reason [url=""] [action=""] [note=""] %}..{% endnext_step %}` | card of \
a step; kind ready, due or chosen; the content (a form, say) stands beside the action |
| `{% card [title=""] [url=""] [level=2] %}..{% endcard %}` | a box with a heading |
| `{% alert [kind="info"] [title=""] %}..{% endalert %}` | info, success, warning, error |
| `{% empty_state title [url=""] [action=""] %}..{% endempty_state %}` | nothing here yet, and why |
| `{% disclosure summary [opened=False] %}..{% enddisclosure %}` | closed part of a page |
| `{% why reason %}` | "Why can you see this?" with the reason in words |
| `{% true_as_of when %}` | the date that a page is true as of |
| `{% facts pairs %}` | definition list of (term, value) or (term, value, url) |
| `{% timeline moments %}` | list of `Moment`s, newest as given |
| `{% data_table caption [wide=False] %}..{% enddata_table %}` | thead/tbody as a table with a \
caption, in a region that scrolls by itself |
| `{% dialog id button title %}..{% enddialog %}` | button that opens a native dialog |
| `{% steps labels current %}` | steps of a task; current counts from 1 |
| `{% pager page [name="page"] %}` | pages of a Django paginator; keeps the rest of the address |
| `{% breadcrumbs crumbs %}` | list of (label, url); url may be empty for the last |
| `{% error_summary form %}` | all errors of a form, each a link to its field |
| `{% form_fields form %}` | error summary, then all fields |
| `{% field form.name %}` | one field: label, help, errors, large targets |
| `{% repeat_block name %}` | a block of the page once more (the title, as the heading) |
| `{% site_header %}` | the top of every page; `look/base.html` draws it |
| `{% icon name %}` | check, info, warning, error, arrow, search, clock, star, flag, print, person |

Blocks of `look/base.html`: `title` (the page's name, also its h1), `lead` (the plain first
sentence), `crumbs`, `actions` (buttons beside the heading), `content`, `as_of` (use
`{% true_as_of %}`), `main_class` (`wide` for grids, `narrow` for forms and reading).
Classes for plain HTML: `button`, `button quiet`, `button danger`, `cards` (a grid of cards),
`tiles` (a grid of stats), `row` (things side by side that wrap), `quiet` (smaller, softer text),
`number` (right-aligned figures), `hidden` (for screen readers only), `no-print`, `outline`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from milepost.look import charts, heat
from milepost.look.parts import HeatMap, Moment, Point

register = template.Library()

Crumb = tuple[str, str]
Fact = tuple[str, object] | tuple[str, object, str]


def _part(part: str, /, **values: object) -> SafeString:
    """Render one component with these values and nothing else of the page's context."""
    return render_to_string(f"look/parts/{part}.html", values)


@register.simple_tag(takes_context=True)
def repeat_block(context: template.Context, name: str) -> str:
    """Render a block of the page once more: the title is needed in the head and as the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else ""


@register.simple_tag(takes_context=True)
def site_header(context: template.Context) -> SafeString:
    """Draw the top of every page, kept for as long as it is the same but for the form's token."""
    viewer = context.get("viewer")
    drawn = _site_header(
        get_language(),
        viewer.name if viewer else "",
        *(context.get(name) for name in ("viewer_role", "demo_mode", "search_url")),
        tuple((place.label, place.url, place.current) for place in context.get("nav") or ()),
    )
    # In another person's page the token would be of no use to anybody but an attacker.
    return SafeString(drawn.replace(HERE, escape(str(context.get("csrf_token", "")))))


HERE = "the-token-of-this-visit"
"""What stands in a kept header where each visit has a token of its own."""


@lru_cache(maxsize=1_024)
def _site_header(
    language: str | None,
    name: str,
    viewer_role: str | None,
    demo_mode: bool | None,
    search_url: str | None,
    nav: tuple[tuple[str, str, bool], ...],
) -> SafeString:
    del language  # a part of the key, nothing more
    content = {
        "viewer": {"name": name} if name else None,
        "viewer_role": viewer_role,
        "demo_mode": demo_mode,
        "search_url": search_url,
        "nav": [{"label": label, "url": url, "current": here} for label, url, here in nav],
        "csrf_token": HERE,
    }
    return render_to_string("look/_header.html", content)


@register.simple_tag
@lru_cache(maxsize=64)
def icon(name: str) -> SafeString:
    """Draw one of the page's own icons; decoration only, so words must stand beside it."""
    return _part("icon", name=name)


@register.simple_tag
def status(code: str, words: str, unsure: bool = False) -> SafeString:
    """Draw a status chip: shape, words and colour, in that order of importance."""
    return _status(code, str(words), unsure, get_language())


@lru_cache(maxsize=256)
def _status(code: str, words: str, unsure: bool, language: str | None) -> SafeString:
    """Draw a chip once: a page has dozens of them, and there are few kinds."""
    del language  # a part of the key, nothing more
    return _part("status", code=code, words=words, unsure=unsure)


@register.simple_tag
def status_key(words: Mapping[str, str]) -> SafeString:
    """Draw the key to the shapes, in the order in which bars are drawn."""
    return _status_key(tuple(words.items()), get_language())


@lru_cache(maxsize=64)
def _status_key(words: tuple[tuple[str, str], ...], language: str | None) -> SafeString:
    """Draw the key once for the words of a district."""
    del language  # a part of the key, nothing more
    return _part("status_key", shares=charts.shares({code: 1 for code, _ in words}, dict(words)))


@register.simple_tag
def heat_map(grid: HeatMap) -> SafeString:
    """Draw learners by competencies; every cell with an address is a link that names itself."""
    return heat.table(grid)


@register.simple_tag
def distribution(
    counts: Mapping[str, int], words: Mapping[str, str], label: str = "", url: str = ""
) -> SafeString:
    """Draw a bar of learners by status, with the same figures as text."""
    shares = charts.shares(counts, words)
    return _part("distribution", shares=shares, label=label, url=url)


@register.simple_tag
def trend(
    points: Sequence[Point],
    label: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
) -> SafeString:
    """Draw values over time, with the table of the same values under it."""
    line = charts.line(points, charts.TREND, low=low, high=high)
    return _part("trend", line=line, points=points, label=label, unit=unit)


@register.simple_tag
def sparkline(points: Sequence[Point], label: str) -> SafeString:
    """Draw a small line; `label` says in words what it shows."""
    return _part("sparkline", line=charts.line(points, charts.SPARK), label=label)


@register.simple_tag
def dosage(minutes: int, target: int, label: str) -> SafeString:
    """Draw minutes received beside the minutes that are the target."""
    return _part("dosage", bar=charts.bar(minutes, target), label=label)


@register.simple_tag
def meter(value: int, total: int, label: str) -> SafeString:
    """Draw n of N as a bar."""
    return _part("meter", bar=charts.bar(value, total), label=label)


@register.simple_tag
def stat(number: object, label: str, url: str = "", note: str = "") -> SafeString:
    """Draw a figure with its name; the figure opens what it is made of."""
    return _part("stat", number=number, label=label, url=url, note=note)


@register.simple_block_tag
def next_step(
    content: str,
    kind: str,
    title: str,
    reason: str,
    url: str = "",
    action: str = "",
    note: str = "",
) -> SafeString:
    """Draw the card of a step that is ready, due or chosen, with the reason why it is offered."""
    return _part(
        "next_step",
        content=SafeString(content.strip()),
        kind=kind,
        title=title,
        reason=reason,
        url=url,
        action=action,
        note=note,
    )


@register.simple_block_tag
def card(content: str, title: str = "", url: str = "", level: int = 2) -> SafeString:
    """Draw a box with a heading of that level."""
    return _part("card", content=content, title=title, url=url, level=level)


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Draw a message that stays on the page: info, success, warning or error."""
    return _part("alert", content=content, kind=kind, title=title)


@register.simple_block_tag
def empty_state(content: str, title: str, url: str = "", action: str = "") -> SafeString:
    """Say that there is nothing here yet, why, and what to do."""
    return _part(
        "empty_state", content=SafeString(content.strip()), title=title, url=url, action=action
    )


@register.simple_block_tag
def disclosure(content: str, summary: str, opened: bool = False) -> SafeString:
    """Draw a part of the page that opens on demand."""
    return _part("disclosure", content=content, summary=summary, opened=opened)


@register.simple_tag
def why(reason: str) -> SafeString:
    """Say on request why this reader may see this record."""
    return _part("why", reason=reason)


@register.simple_tag
def true_as_of(when: datetime | date) -> SafeString:
    """Say the moment that a page's figures are true as of."""
    return _part("true_as_of", when=when, has_time=isinstance(when, datetime))


@register.simple_tag
def facts(pairs: Sequence[Fact]) -> SafeString:
    """Draw terms and their values, in the order given."""
    return _part("facts", pairs=[(*pair, "")[:3] for pair in pairs])


@register.simple_tag
def timeline(moments: Sequence[Moment]) -> SafeString:
    """Draw what happened, in the order given."""
    marked = [(moment, isinstance(moment.when, datetime)) for moment in moments]
    return _part("timeline", moments=marked)


@register.simple_block_tag
def data_table(content: str, caption: str, wide: bool = False) -> SafeString:
    """Draw a table from its thead and tbody, in a region that scrolls by itself."""
    return _part("data_table", content=content, caption=caption, wide=wide)


@register.simple_block_tag
def dialog(content: str, id: str, button: str, title: str) -> SafeString:
    """Draw a button and the native dialog that it opens."""
    return _part("dialog", content=content, id=id, button=button, title=title)


@register.simple_tag
def steps(labels: Sequence[str], current: int) -> SafeString:
    """Draw the steps of a task; `current` counts from 1."""
    return _part("steps", labels=labels, current=current)


@register.simple_tag(takes_context=True)
def pager(context: template.Context, page: Page[object], name: str = "page") -> SafeString:
    """Draw the way to the other pages; what else the address asks for is kept."""
    request = context.get("request")
    asked = request.GET.copy() if request else None
    if asked is not None:
        asked.pop(name, None)
    return _part(
        "pager",
        page=page,
        name=name,
        kept=f"&{asked.urlencode()}" if asked else "",
        numbers=page.paginator.get_elided_page_range(page.number, on_each_side=1),
        gap=page.paginator.ELLIPSIS,
    )


@register.simple_tag
def breadcrumbs(crumbs: Sequence[Crumb]) -> SafeString:
    """Draw the way from home to this page."""
    return _part("breadcrumbs", crumbs=crumbs)


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """List a form's errors, each a link to its field; nothing where there are none."""
    wrong = [field for field in form if field.errors]
    return _part("error_summary", form=form, wrong=wrong) if form.errors else SafeString("")


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Draw a form's errors and all its fields; the form element and its button are the page's."""
    return _part("form_fields", form=form)


@register.simple_tag(name="field")
def form_field(field: BoundField) -> SafeString:
    """Draw one field: label, help and errors before the control; choices as large targets."""
    kind = (
        getattr(field.field.widget, "input_type", "") or type(field.field.widget).__name__.lower()
    )
    return _part("field", field=field, kind=kind)

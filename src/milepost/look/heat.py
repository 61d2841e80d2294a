"""A heat map as HTML. It has thousands of cells, and a template takes many times as long."""

from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from milepost.look import charts
from milepost.look.parts import Cell, Column, HeatMap, Row

MARK = '<svg class="mark" width="20" height="20" aria-hidden="true" focusable="false"><use href="#mark-{code}"/></svg>'  # noqa: E501


BAR = '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar-ground" width="100" height="10"/>{parts}</svg>'  # noqa: E501


def table(grid: HeatMap) -> SafeString:
    """Return the table: heads that stay in sight, each cell saying aloud who, what, and how.

    Raises ValueError for a row that has not one cell for each column.
    """
    names = [escape(column.full or column.label) for column in grid.columns]
    unsure = f", {escape(_('not sure yet'))}"
    nothing = f'<td><span class="hidden">{escape(_("Nothing here"))}</span></td>'
    caption = escape(grid.caption)
    heads = "".join(_head(column, grid) for column in grid.columns)
    rows = "".join(_row(row, names, unsure, nothing) for row in grid.rows)
    return SafeString(
        f'<div class="scroll heat" role="region" tabindex="0" aria-label="{caption}">'
        f'<table class="heat-map"><caption>{caption}</caption>\n'
        f'<thead><tr><th scope="col" class="corner">{escape(grid.corner)}</th>{heads}</tr>'
        f"</thead>\n"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _head(column: Column, grid: HeatMap) -> str:
    """Return the head of a column: its name, how many have shown it, and how all stand."""
    label = escape(column.label)
    if column.url:
        title = f' title="{escape(column.full)}"' if column.full else ""
        label = f'<a href="{escape(column.url)}"{title}>{label}</a>'
    of = escape(_("%(shown)s of %(of)s") % {"shown": column.shown, "of": column.of})
    shares = [share for share in charts.shares(column.counts, grid.words) if share.count]
    parts = "".join(
        f'<rect class="part {escape(one.code)}" x="{one.x:.1f}" width="{one.width:.1f}"'
        ' height="10"/>'
        for one in shares
    )
    said = "".join(f"{escape(one.words)}: {one.count}. " for one in shares)
    return (
        f'<th scope="col"><span class="head">{label}</span><span class="of">{of}</span>'
        f'{BAR.format(parts=parts)}<span class="hidden">{said}</span></th>'
    )


def _row(row: Row, names: list[str], unsure: str, nothing: str) -> str:
    label = escape(row.label)
    head = f'<a href="{escape(row.url)}">{label}</a>' if row.url else label
    note = f"<small>{escape(row.note)}</small>" if row.note else ""
    cells = "\n".join(
        _cell(cell, f"{label}, {name}: ", unsure) if cell else nothing
        for cell, name in zip(row.cells, names, strict=True)
    )
    return f'<tr><th scope="row">{head}{note}</th>\n{cells}\n</tr>'


def _cell(cell: Cell, who: str, unsure: str) -> str:
    opening, text = _kind(cell.code, cell.words, cell.detail, cell.unsure)
    said = f"{text[0]}{who}{text[1]}{unsure if cell.unsure else ''}</span>"
    if cell.url:
        return f'<td><a {opening} href="{escape(cell.url)}">{said}</a></td>'
    return f"<td><span {opening}>{said}</span></td>"


@lru_cache(maxsize=4_096)
def _kind(code: str, words: str, detail: str, unsure: bool) -> tuple[str, tuple[str, str]]:
    """Return what all cells alike have in common: class, mark, and the words after the name."""
    code = escape(code)
    opening = f'class="cell {code} unsure"' if unsure else f'class="cell {code}"'
    after = f"{escape(words)}, {escape(detail)}" if detail else escape(words)
    return opening, (f'{MARK.format(code=code)}<span class="hidden">', after)

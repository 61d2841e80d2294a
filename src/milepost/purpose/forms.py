"""Forms of the purpose room's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A file to take in, and what it is."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".json,.csv"}),
        error_messages={"required": _("Choose a file first.")},
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("case", _("A framework: CASE 1.0 or 1.1 package (JSON)")),
            ("crosswalk", _("Matches between two frameworks: CSV of codes")),
        ],
        initial="case",
        widget=forms.RadioSelect,
    )

"""Forms of the rulebook room's pages."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.rulebook.rules import LARGEST_FILE


class RulesForm(forms.Form):
    """A file of rules."""

    file = forms.FileField(
        label=gettext_lazy("File of rules (YAML)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file that no rulebook is as large as."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than %(most)s bytes: split it by authority.")
                % {"most": f"{LARGEST_FILE:,}"}
            )
        return file

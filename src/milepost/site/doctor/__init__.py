"""What is wrong with an installation, in plain words: `milepost doctor`.

Every check looks at one thing and says one sentence; checks know nothing of each other. One that
cannot look says so, and the others go on.
"""

from milepost.site.doctor.examination import examine
from milepost.site.doctor.finding import Finding, Level, Situation

__all__ = ["Finding", "Level", "Situation", "examine"]

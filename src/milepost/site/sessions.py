"""Sessions in the database, found by a question that is compiled once: every page asks it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from milepost.prepared import Prepared

_session = Prepared(lambda key: Session.objects.filter(pk=key), str)


class SessionStore(db.SessionStore):
    """Django's own store, but for how a session is found."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(self.session_key) if self.session_key else None
        if found and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None

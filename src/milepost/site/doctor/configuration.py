"""Checks of what the operator has set: secrets, names, HTTPS, and the site seen from outside."""

import re
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from milepost.roster.models import Organisation
from milepost.site import demo, environment
from milepost.site.doctor.finding import Finding, Situation, ok, warning, wrong

SHORTEST_KEY = 40
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def demonstration(situation: Situation) -> Finding:
    """Is the demonstration kept apart from real districts?"""
    if environment.flag("MILEPOST_DEMO") and (why := demo.why_not()):
        return wrong(why, "Unset MILEPOST_DEMO: it lets anybody sign in as anybody.")
    return ok("Demonstration mode and real districts are kept apart.")


def secret_key(situation: Situation) -> Finding:
    """Is the key that signs sessions strong, and readable by its owner only?"""
    make = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
    key = environment.secret_key()
    if len(key) < SHORTEST_KEY or len(set(key)) < SHORTEST_KEY // 4:
        return wrong("The secret key is weak: whoever guesses it signs in as anybody.", make)
    path = environment.home() / "secret_key"
    if not environment.read("MILEPOST_SECRET_KEY") and path.stat().st_mode & 0o077:
        return wrong(f"Others can read {path}.", f"Close it: chmod 600 {path}")
    return ok("The secret key is strong, and closed to others.")


def hosts(situation: Situation) -> Finding:
    """Do the names that the site answers to make sense?"""
    names = [n.strip() for n in environment.read("MILEPOST_HOSTS").split(",") if n.strip()]
    strange = [n for n in names if not re.fullmatch(r"\.?[\w.-]+|::1|\[[0-9a-f:]+\]|\*", n)]
    if strange:
        return wrong(
            f"MILEPOST_HOSTS is no list of names: {', '.join(strange)}.",
            "Write names alone, with commas, no https:// and no port.",
        )
    if "*" in names:
        return wrong(
            "MILEPOST_HOSTS lets any name in: a forged one would go into links.",
            "Name the site's host names.",
        )
    outside = sorted(set(names) - LOOPBACK)
    if environment.flag("MILEPOST_HTTPS") and not outside:
        return wrong(
            "MILEPOST_HTTPS is on, and MILEPOST_HOSTS has no name that visitors use.",
            "Add the site's name: MILEPOST_HOSTS=milepost.example.org,127.0.0.1",
        )
    if environment.flag("MILEPOST_HTTPS") and not LOOPBACK & set(names):
        return warning(
            "MILEPOST_HOSTS has only outside names: a monitor on this machine is turned away.",
            "Add 127.0.0.1 to MILEPOST_HOSTS.",
        )
    return ok(f"The site answers to {', '.join(names)}.")


def https(situation: Situation) -> Finding:
    """Are sign-ins and records protected on their way?"""
    names = {n.strip() for n in environment.read("MILEPOST_HOSTS").split(",")} - {""}
    if not environment.flag("MILEPOST_HTTPS") and names - LOOPBACK:
        return wrong(
            "The site answers to an outside name without HTTPS.",
            "Put it behind the proxy of docs/operate.md and set MILEPOST_HTTPS=yes.",
        )
    return ok("HTTPS is on." if environment.flag("MILEPOST_HTTPS") else "Only for this machine.")


def metrics(situation: Situation) -> Finding:
    """Is the door for monitors as narrow as it should be?"""
    allowed = {a.strip() for a in environment.read("MILEPOST_METRICS_FROM").split(",")}
    if allowed & {"0.0.0.0/0", "::/0"}:
        return warning("Everybody may read /metrics.", "Name the monitor in MILEPOST_METRICS_FROM.")
    token = environment.read("MILEPOST_METRICS_TOKEN")
    if token and len(token) < 20:
        return warning("MILEPOST_METRICS_TOKEN is short.", "Take at least 20 characters.")
    return ok("Only monitors read /metrics.")


def real_districts(situation: Situation) -> Finding:
    """Is there a district to serve?"""
    count = Organisation.objects.filter(kind="district").count()
    if not count:
        return warning("There is no district yet.", 'Begin with: milepost district "NAME"')
    return ok(f"{count} district(s).")


def from_outside(situation: Situation) -> Finding:
    """Does the site answer at its address, over HTTPS, through a proxy that is set up right?"""
    parts = urlsplit(situation.url)
    try:
        status, headers = _get(f"{situation.url.rstrip('/')}/account/login/")
        monitor, _ = _get(f"{situation.url.rstrip('/')}/metrics")
    except (urllib.error.URLError, OSError, ValueError) as error:
        return wrong(f"{situation.url} does not answer: {getattr(error, 'reason', error)}.",
                     "See that the proxy and milepost-web run: systemctl status nginx "
                     "'milepost-web@*'")  # fmt: skip
    if status in (301, 302):
        return wrong(
            f"{situation.url} sends visitors round in circles.",
            "The proxy must say X-Forwarded-Proto: see docs/deploy/nginx.conf.",
        )
    if status == 400:
        return wrong(
            f"The site does not know itself as {parts.hostname}.",
            f"Add {parts.hostname} to MILEPOST_HOSTS, and let the proxy pass Host on.",
        )
    if status != 200:
        return wrong(f"{situation.url} answers {status}.", "Its log says why: journalctl -u "
                     "'milepost-web@*'")  # fmt: skip
    if parts.scheme == "https" and "Strict-Transport-Security" not in headers:
        return warning(
            "The site answers over HTTPS and does not ask browsers to stay there.",
            "Set MILEPOST_HTTPS=yes.",
        )
    if monitor == 200 and parts.hostname not in LOOPBACK:
        return wrong("Anybody can read /metrics.", "Close it in the proxy: see "
                     "docs/deploy/nginx.conf.")  # fmt: skip
    return ok(f"{situation.url} answers as it should.")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **options: object) -> None:
        return None


def _get(url: str) -> tuple[int, dict[str, str]]:
    """Ask once, follow nothing. A certificate that is not trusted raises URLError."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("write the address as https://…")
    https = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    opener = urllib.request.build_opener(_Stay, https)
    try:
        with opener.open(url, timeout=10) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)

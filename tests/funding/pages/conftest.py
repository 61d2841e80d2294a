"""A real browser for the pages of money: the demonstration and the screen of the site's tests."""

from tests.site.test_browser import address, browser, page

__all__ = ["address", "browser", "page"]

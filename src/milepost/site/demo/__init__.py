"""The demonstration: an invented district that shows every page, and never meets real people."""

from milepost.site.demo.building import build, is_built, join_ccss, welcome, why_not

__all__ = ["build", "is_built", "join_ccss", "welcome", "why_not"]

"""California's multi-year projection, Form MYP: read, checked, and laid beside a plan."""

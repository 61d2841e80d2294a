"""`python -m milepost.site`: the command line."""

from milepost.site.cli import main

main()

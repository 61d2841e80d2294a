"""Funding formulas as data: dated parameters and short lines, run on a whole state exactly."""

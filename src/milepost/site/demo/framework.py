"""The demonstration's framework and portrait as CASE packages: the same door as everyone's."""

"""Buying together: the cheapest order for a pool of districts, and what each of them pays."""

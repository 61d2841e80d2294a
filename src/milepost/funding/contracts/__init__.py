"""Contracts paid on outcomes: what was agreed, what each learner earned, and what is still due.

Pure: `terms` (what both sides signed, checked), `documents` (terms as JSON, both ways), `facts`
(what is known about a learner), `ledger` (what is due for each, line by line), `words` (what a
learner still lacks). The house gathers the facts in `queries/contracts.py`.
"""

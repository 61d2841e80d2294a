"""Tests of contracts paid on outcomes."""

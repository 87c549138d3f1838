"""Fitting and measuring what becomes of enclosed regions."""

"""Corrections of credit by an operator."""

"""Alerts: low balance, a plan that is used up or ends, and the all-clear; each once per crossing."""

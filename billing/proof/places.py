"""Which fact each place of a traced answer's lines stands for: data, held against the responses by a test.

A text is a kind and a fact, `money top_up`; the kind alone where both are called alike. `words` is free of figures.
"""

from __future__ import annotations

from collections.abc import Mapping

ANSWER = "answer"
"""The group of what is said once; other groups are lines, one a record."""

Places = Mapping[str, str]
_PLAN: Places = {
    "plan": "words",
    "interval": "words",
    "services": "words",
    "payment_option": "words",
    "payment_status": "words",
    "ended_by": "words",
    "method": "words",
    "remaining": "money",
    "amount": "money",
    "price": "money",
    "used": "money",
    "used_percent": "percent",
    "starts_on": "date",
    "ends_on": "date",
    "days_left": "number",
    "available": "money",
    "due": "money",
    "due_on": "date",
    "invoice": "name",
}
_USAGE: Places = {
    "from_day": "date",
    "to_day": "date",
    "sessions": "number",
    "spend": "money",
    "previous_sessions": "number",
    "previous_spend": "money",
}
_SERVICES: Places = {"from_day": "date", "to_day": "date", "total": "money", "rows": "lines", "service": "words"}
_FORECAST: Places = {
    "available": "money",
    "basis_days": "number",
    "days_left": "number",
    "runs_out_on": "date",
    "details": "lines",
}
_PLAN_ENDS: Places = {"ends_on": "date plan_runs_out_on"}
_CREDIT: Places = {
    "date": "date",
    "amount": "money",
    "kind": "term kind",
    "bucket": "term bucket",
    "service": "service",
}
_SERVICE: Places = {"service": "service", "spent": "money", "used": "quantity"}

PLACES: Mapping[str, Mapping[str, tuple[str, Places]]] = {
    "show_balance": {
        "utter_balance": (ANSWER, {"available": "money", "details": "lines"}),
        "utter_balance_owed": (ANSWER, {"available": "money", "owed": "money", "details": "lines"}),
        "utter_term_row_balance_plan": ("plan", {"amount": "money"}),
        "utter_term_row_balance_voucher": ("voucher", {"amount": "money", "expires_on": "date"}),
        "utter_term_row_balance_voucher_no_expiry": ("voucher_no_expiry", {"amount": "money"}),
        "utter_term_row_balance_top_up": ("top_up", {"amount": "money"}),
        "utter_term_row_balance_pending": ("pending", {"amount": "money"}),
    },
    "show_allowed_sessions": {
        "utter_allowed_sessions": (
            ANSWER,
            {"sessions": "number", "from_plan": "number", "from_credit": "number", "rate": "money"},
        ),
        "utter_allowed_sessions_none": (ANSWER, {}),
    },
    "show_usage": dict.fromkeys(("utter_usage", "utter_usage_spend", "utter_usage_none"), (ANSWER, _USAGE)),
    "show_service_usage": {
        "utter_service_usage": (ANSWER, _SERVICES),
        "utter_service_usage_none": (ANSWER, _SERVICES),
        "utter_service_usage_not": (ANSWER, _SERVICES),
        "utter_term_row_service": ("service", {**_SERVICE, "remaining": "quantity"}),
        "utter_term_row_service_no_quota": ("service_no_quota", _SERVICE),
    },
    "show_plan": {
        f"utter_plan_{status}": (ANSWER, _PLAN)
        for status in (
            "active",
            "pending_renewal",
            "paused",
            "pending_confirmation",
            "expired",
            "none",
            "awaits_payment",
        )
    },
    "show_credit_history": {
        "utter_credit_history": (ANSWER, {"count": "number", "rows": "lines"}),
        "utter_credit_history_none": (ANSWER, {}),
        "utter_term_row_credit": ("entry", _CREDIT),
        "utter_term_row_credit_no_service": ("entry", _CREDIT),
    },
    "show_invoices": {
        "utter_invoices": (ANSWER, {"count": "number", "rows": "lines"}),
        "utter_invoices_none": (ANSWER, {}),
        "utter_term_row_invoice": (
            "invoice",
            {"number": "name", "total": "money", "status": "words", "issued_on": "date", "due_on": "date"},
        ),
    },
    "show_forecast": {
        "utter_forecast": (ANSWER, _FORECAST),
        "utter_forecast_no_usage": (ANSWER, _FORECAST),
        "utter_forecast_too_little_history": (ANSWER, _FORECAST),
        "utter_forecast_erratic": (ANSWER, _FORECAST),
        "utter_forecast_beyond_horizon": (ANSWER, _FORECAST),
        "utter_forecast_empty": (ANSWER, {}),
        "utter_term_forecast_available": (ANSWER, {"available": "money"}),
        "utter_term_forecast_average": (ANSWER, {"basis_days": "number", "daily_average": "money"}),
        "utter_term_forecast_interval": (ANSWER, {"earliest_on": "date", "latest_on": "date"}),
        "utter_term_forecast_not_before": (ANSWER, {"earliest_on": "date"}),
        "utter_term_forecast_plan_amount": (ANSWER, _PLAN_ENDS),
        "utter_term_forecast_plan_period": (ANSWER, _PLAN_ENDS),
    },
}
"""By topic, each response and term of it: the group that its line is of, and its places."""

ALL_SAID = frozenset({"plan", "voucher", "voucher_no_expiry", "top_up", "pending", "entry", "invoice"})
"""Groups of which no record may be left out."""

NOTHING: Mapping[str, tuple[str, ...]] = {
    "utter_balance": ("owed",),
    "utter_allowed_sessions_none": ("sessions",),
    "utter_usage_spend": ("sessions", "previous_sessions"),
    "utter_usage_none": ("sessions", "previous_sessions", "spend"),
    "utter_forecast_empty": ("available",),
    "utter_credit_history_none": ("count",),
    "utter_invoices_none": ("count",),
}
"""What must be nothing where a response says so in words."""

"""Who takes money: a payment provider (Stripe), the bank, or a test card."""

"""What an account can still spend."""

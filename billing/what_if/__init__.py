"""What would be, if: the same engine on a copy of one account, which is never written back."""

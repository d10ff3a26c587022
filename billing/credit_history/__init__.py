"""The credit history."""

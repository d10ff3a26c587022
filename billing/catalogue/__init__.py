"""What is sold: services, plans, support tiers, limits."""

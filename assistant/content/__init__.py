"""A bot builder's own catalogue, texts, brand, hours, tone, links and knowledge topics, without code."""

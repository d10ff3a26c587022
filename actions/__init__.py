"""Custom actions, thin: one topic a file. They ask `billing.api` and name a response; the words are in data/responses."""

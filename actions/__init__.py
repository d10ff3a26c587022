"""Custom actions, thin: one topic a file. They ask `billing.api` and name a response.

The words are in data/responses.
"""

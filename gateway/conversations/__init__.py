"""Conversations: bound to their caller for good, each message answered once."""

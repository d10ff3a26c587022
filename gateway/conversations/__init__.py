"""Conversations: bound to their caller, each message answered once."""

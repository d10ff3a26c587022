"""Requests to support, handed to the helpdesk in which the team works."""

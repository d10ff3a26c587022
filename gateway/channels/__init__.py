"""Messaging channels: verify → read → conversation → render; each vendor an adapter of one interface (`adapter`)."""

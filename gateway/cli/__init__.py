"""`billing-assistant`: the server, a conversation in the terminal, and what an operator does by hand."""

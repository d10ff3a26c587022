"""The pages on which a customer pays or saves a card, reached by a signed address from the chat."""

"""Messages that the assistant was unsure of: kept masked, labelled by people, exported as training data."""

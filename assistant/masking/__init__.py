"""Personal data taken out of messages in three languages, before they are kept to be learnt from."""

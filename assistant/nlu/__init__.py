"""Rasa NLU components: language, sentence encoders, topic, slots."""

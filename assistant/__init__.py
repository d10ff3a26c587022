"""Rasa, tamed: the frozen release on current dependencies, this project's NLU components, and the agent it runs.

Importing any module of this package prepares Rasa's imports first (see `assistant.hook`).
"""

from assistant.hook import install

install()

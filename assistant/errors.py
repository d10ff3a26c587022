"""What can go wrong in a turn, as its caller sees it.

AssistantError
├── ModelMissing   no trained model, or one that does not fit
├── TurnFailed     something broke; nothing of the turn was kept, the same message may be sent again
└── StaleChoice    the button is not of the newest reply
"""


class AssistantError(Exception):
    """Whatever this package raises."""


class ModelMissing(AssistantError):
    """There is no trained model where one was expected."""


class TurnFailed(AssistantError):
    """The turn broke; nothing of it was kept and the same message may be sent again."""


class StaleChoice(AssistantError):
    """The button pressed is not one of the newest reply."""

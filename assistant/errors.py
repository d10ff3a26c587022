"""What can go wrong in a turn, as its caller sees it.

AssistantError
├── ModelMissing   no trained model, or one that does not fit
├── TurnFailed     something broke; nothing of the turn was kept, the same message may be sent again
│   ├── Superseded        another process went on with the conversation meanwhile
│   └── ConversationBusy  those before it in the conversation took too long
└── StaleChoice    the button is not of the newest reply
"""


class AssistantError(Exception):
    """Whatever this package raises."""


class ModelMissing(AssistantError):
    """There is no trained model where one was expected."""


class TurnFailed(AssistantError):
    """The turn broke; nothing of it was kept and the same message may be sent again."""


class Superseded(TurnFailed):
    """Another process went on with the conversation while the turn ran; nothing of it was kept."""


class ConversationBusy(TurnFailed):
    """The turns before it in the conversation took too long; nothing was done."""


class StaleChoice(AssistantError):
    """The button pressed is not one of the newest reply."""

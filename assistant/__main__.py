"""`python -m assistant`: let the plain `rasa` command of this environment run (see `assistant.hook`)."""

from assistant.hook import write_pth

write_pth()

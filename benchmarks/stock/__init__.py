"""The assistant beside a stock one: the same domain, data and actions with what `rasa init` writes, in one run."""

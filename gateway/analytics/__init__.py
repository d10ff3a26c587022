"""What turns were about, told to a message broker, and counted from there. No text and no name of anybody."""

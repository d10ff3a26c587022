"""A package, so that the app with all channels on ends with its last test and leaves no setting behind."""

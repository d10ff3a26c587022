"""What the server tells of itself: metrics, one trace through everything, one line of the log a request."""

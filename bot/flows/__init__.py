"""One function per verb: it calls an operation or a query and returns a card."""

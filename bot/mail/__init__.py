"""E-mails: the same cards for people whom Teams does not reach."""

"""Messages owed to people: written with the change they tell of, delivered after it."""

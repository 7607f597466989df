"""Places: booking, waiting, giving back, and the calendar entry of a booking."""

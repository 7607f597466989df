"""What runs because time passes: each attempt to send a notice is one job.

`doors.py` says what the rest of the service may ask for, `engine.py` does it and is the only
module that knows DBOS; the others keep the engine in its place and know nothing of it.
"""

"""`make bench`: every measurement, one after the other, each told under its name."""

from tests.benchmarks import audit, comments, notices, sessions, startup, turns, waitlist

if __name__ == "__main__":
    turns.run(turns.TARGETS, rounds=3, connections=16, seconds=4.0)
    notices.run()
    startup.run()
    waitlist.run()
    sessions.run()
    audit.run()
    comments.run()

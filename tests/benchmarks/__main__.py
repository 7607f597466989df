"""`make bench`: every measurement, one after the other."""

from tests.benchmarks.turns import TARGETS, run

if __name__ == "__main__":
    run(TARGETS, rounds=3, connections=16, seconds=4.0)

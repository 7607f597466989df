"""The face: the only folder that knows Teams and HTTP."""

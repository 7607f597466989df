"""The service: knows training, not Teams."""

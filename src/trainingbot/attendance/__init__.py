"""The register of a session: who came, who did not, and the figures of that."""

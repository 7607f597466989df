"""Pages and files behind signed links, and the health of the service."""

"""Several programs at work on one store: members that poll, one of them at a time that leads, hosts that serve the same files."""

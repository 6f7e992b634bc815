"""Everything that touches the world; each edge translates foreign errors at its own door."""

"""What a feed or a page would become, before and after cleaning. It looks and stores nothing."""

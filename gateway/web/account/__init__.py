"""One's own account on pages: signing in, what proves who one is, what is held of oneself."""

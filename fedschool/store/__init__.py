"""SQL, and nothing else holds any. The first parameter is the caller's transaction."""

"""Use cases, one noun a file: what the API, the pages, the command line and the inbox all call."""

"""What all HTTP faces share: reading requests, answering errors, who asks and how often."""

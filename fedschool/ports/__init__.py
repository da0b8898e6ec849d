"""The replaceable parts: each port has its alternatives beside it, and a URL scheme picks one."""

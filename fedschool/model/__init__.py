"""What exists: frozen Structs and enums, no I/O. Times are integer milliseconds UTC."""

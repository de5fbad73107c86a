"""The functions: built, deployed into the emulator, kept within their memory and concurrency, and their log."""

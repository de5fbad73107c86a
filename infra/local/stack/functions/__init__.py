"""The functions: built, deployed into the emulator, kept within their memory, and their log."""

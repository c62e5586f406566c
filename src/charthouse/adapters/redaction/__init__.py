"""Pages redacted by their pixels: looked at by every reader, painted, rebuilt from pixels alone, and read again by other means. Each in a limited child (`child.py`)."""

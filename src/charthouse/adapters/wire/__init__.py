"""What is spoken between machines: messages taken apart and put together, and the protocols that carry them."""

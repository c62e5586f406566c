"""What we say to other systems in their own languages, and the clients that ask them."""

"""The worker: what is due is done, by as many processes as wished, each for itself."""

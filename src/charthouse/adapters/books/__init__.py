"""The official books: read from the packages that carry them and from files a site adds, compiled into one code book."""

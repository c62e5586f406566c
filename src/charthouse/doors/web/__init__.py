"""The workbench: pages for people. One file a room."""

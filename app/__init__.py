"""The program people see: the window and the command line. Talks to the engine only through `engine.api`."""

"""Facts -> what a person reads in a terminal, or a program on standard output. The only room that prints."""

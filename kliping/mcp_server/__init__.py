"""The published copy for agents, by the Model Context Protocol on standard input and output."""

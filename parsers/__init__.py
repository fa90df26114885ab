"""Pure: bytes in, values out. No network, clock, environment, database or Prefect."""

"""DuckDB and files. Knows Article, not the web, not Prefect."""

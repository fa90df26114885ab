"""A look at the published database: `uvx --with duckdb==1.5.5 --with polars --with altair marimo edit docs/notebook.py`."""

import marimo

app = marimo.App(width="medium", app_title="Kliping")


@app.cell
def _():
    import os

    import altair as alt
    import duckdb
    import marimo as mo

    home = os.environ.get("KLIPING_HOME", "data")
    con = duckdb.connect(f"{home}/kliping.duckdb", read_only=True)
    return alt, con, mo


@app.cell
def _(con, mo):
    weekly = mo.sql(
        """
        SELECT date_trunc('week', day)::DATE AS week, source_name AS outlet, count(*) AS articles
        FROM mart.articles GROUP BY ALL ORDER BY ALL
        """,
        engine=con,
        output=False,
    )
    return (weekly,)


@app.cell
def _(alt, mo, weekly):
    mo.ui.altair_chart(alt.Chart(weekly, title="Articles a week").mark_bar().encode(x="week:T", y="articles:Q", color="outlet:N"))
    return


@app.cell
def _(mo, weekly):
    outlet = mo.ui.dropdown(weekly["outlet"].unique().sort().to_list(), value=weekly["outlet"].max(), label="Outlet")
    outlet
    return (outlet,)


@app.cell
def _(con, mo, outlet):
    _ = mo.sql(
        f"""
        SELECT speaker, max(speaker_affiliation) AS affiliation, count(*) AS quotes, sum(word_count) AS words
        FROM mart.quotes
        WHERE quote_type = 'direct' AND is_cluster_lead AND speaker IS NOT NULL AND source_name = '{outlet.value}'
        GROUP BY speaker ORDER BY quotes DESC, words DESC, speaker
        """,
        engine=con,
    )
    return


@app.cell
def _(con, mo, outlet):
    _ = mo.sql(
        f"""
        SELECT day, text, value::DOUBLE AS value, unit, speaker
        FROM mart.figures WHERE source_name = '{outlet.value}' AND speaker IS NOT NULL ORDER BY day DESC, article_id, figure_no
        """,
        engine=con,
    )
    return


if __name__ == "__main__":
    app.run()

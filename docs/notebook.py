"""A look at the published database: `uvx --with '.[frames]' --with altair marimo edit docs/notebook.py`, in the folder of the checkout."""

import marimo

app = marimo.App(width="medium", app_title="Kliping")


@app.cell
def _():
    import os

    import altair as alt
    import marimo as mo

    import kliping

    home = kliping.open(os.environ.get("KLIPING_HOME", "data"))
    return alt, home, mo


@app.cell
def _(home):
    weekly = home.sql(
        """
        SELECT date_trunc('week', day)::DATE AS week, source_name AS outlet, count(*) AS articles
        FROM mart.articles GROUP BY ALL ORDER BY ALL
        """
    ).pl()
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
def _(home, mo, outlet):
    mo.ui.table(
        home.sql(
            """
            SELECT speaker, max(speaker_affiliation) AS affiliation, count(*) AS quotes, sum(word_count) AS words
            FROM mart.quotes
            WHERE quote_type = 'direct' AND is_cluster_lead AND speaker IS NOT NULL AND source_name = $outlet
            GROUP BY speaker ORDER BY quotes DESC, words DESC, speaker
            """,
            {"outlet": outlet.value},
        ).pl()
    )
    return


@app.cell
def _(home, mo, outlet):
    figures = home.figures(source=outlet.value)
    mo.ui.table(figures.filter("speaker IS NOT NULL").select("day", "text", "value", "unit", "speaker").pl())
    return


if __name__ == "__main__":
    app.run()

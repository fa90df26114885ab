-- What the manifest says about the articles as a whole.
SELECT
  (SELECT max(version) FROM ops.schema_migrations) AS schema_version,
  (SELECT max(finished_at) FROM ops.runs) AS data_as_of,
  count(*) AS n_articles,
  count(*) FILTER (is_reserved) AS n_reserved,
  (
    SELECT coalesce(map_from_entries(list((reservation, n) ORDER BY reservation)), MAP {})
    FROM (
      SELECT reservation, count(DISTINCT article_id) AS n
      FROM mart.reservations
      SEMI JOIN selected_articles USING (article_id)
      GROUP BY reservation
    )
  ) AS reservations
FROM selected_articles;

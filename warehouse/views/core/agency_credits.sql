-- The news agency that an article names, by the title that agencies have. Key: article_id.
CREATE OR REPLACE VIEW core.agency_credits AS
SELECT
  g.article_id,
  coalesce(
    (SELECT min(s.name) FROM core.sources AS s WHERE s.kind = 'wire' AND starts_with(lower(s.name), g.agency)),
    CASE WHEN g.agency IN ('afp', 'antara') THEN upper(g.agency) ELSE upper(g.agency[1]) || g.agency[2:] END
  ) AS agency -- the title of the outlet where it is read here
FROM core.article_agencies AS g;

-- The numbers of a study: each counts its rows of study_evidence; `of` is what it is a part of.
WITH counts AS (
  SELECT subject, name, count(*) AS n, count(DISTINCT article_id) AS n_articles
  FROM study_evidence
  GROUP BY ALL
), zeros AS (
  -- nothing was found is an answer, too
  SELECT 'articles' AS subject, unnest(['all', 'without copies']) AS name
  UNION
  SELECT 'period', date_trunc($by, day)::DATE::VARCHAR
  FROM (SELECT unnest(generate_series($since::DATE, $until::DATE, INTERVAL 1 DAY)) AS day)
  UNION
  SELECT 'outlet', source_name FROM study_scope
  UNION
  SELECT 'quotes', 'speaker not resolved'
  UNION
  SELECT 'person', unnest($people::VARCHAR[])
), totals AS (
  SELECT 'articles' AS subject, 'all' AS name, count(*) AS n FROM study_scope
  UNION ALL
  SELECT 'articles', 'without copies', count(*) FROM study_scope WHERE is_cluster_lead
  UNION ALL
  SELECT 'period', period::VARCHAR, count(*) FROM study_scope GROUP BY ALL
  UNION ALL
  SELECT 'outlet', source_name, count(*) FROM study_scope GROUP BY ALL
), parts AS (
  SELECT unnest(['speaker', 'quotes']) AS subject, count(*) FILTER (subject IN ('speaker', 'quotes')) AS n
  FROM study_evidence
  UNION ALL
  SELECT unnest(['person', 'event']), count(*) FROM study_articles
)
SELECT
  -- articles, period, outlet, speaker (quotes in quotation marks, copies left out), quotes (those of them whose speaker
  -- is not resolved), person (articles that name them), event
  subject,
  name,
  coalesce(c.n, 0) AS n,
  coalesce(c.n_articles, 0) AS n_articles, -- in which they stand: one interview has many quotes
  -- all articles of the days and outlets; for speakers all such quotes, for people and events the articles of the study
  coalesce(t.n, p.n, CASE subject WHEN 'period' THEN 0 END) AS of_n,
  e.headline
FROM (SELECT subject, name FROM counts UNION SELECT * FROM zeros) AS k
LEFT JOIN counts AS c USING (subject, name)
LEFT JOIN totals AS t USING (subject, name)
LEFT JOIN parts AS p USING (subject)
LEFT JOIN mart.events AS e ON subject = 'event' AND e.event_id = k.name
ORDER BY subject, CASE WHEN subject IN ('period', 'outlet') THEN name END, n_articles DESC, n DESC, name;

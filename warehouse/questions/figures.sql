-- The hundred most important figures, without copies: people dead, hurt or missing, money and percentages first, of
-- these those of the latest week's five topics.
--
-- id: Seratus angka terpenting, tanpa salinan: orang meninggal, luka, atau hilang, uang, dan persentase lebih dulu,
--   di antaranya yang termasuk lima topik pekan terakhir.
WITH selected AS (
  SELECT article_id, version_id, day, source_name, article_row, version_row
  FROM mart.article_days
  WHERE is_cluster_lead
    AND mart.is_within(day, $since, $until)
    AND source_name = coalesce($source, source_name)
    AND filter_by($topic, article_row IN (SELECT article_row FROM mart.topic_articles WHERE topic_id = $topic))
  ORDER BY day DESC, source_name, article_id
  LIMIT 2000 -- the latest; reading all would take minutes
), week AS (
  SELECT version_id, topic_id
  FROM mart.topic_articles AS t
  JOIN selected USING (article_row)
  WHERE t.day > (SELECT max(day) - 7 FROM selected)
), of_week AS (
  SELECT version_id
  FROM week
  WHERE topic_id IN (SELECT topic_id FROM week GROUP BY topic_id ORDER BY count(*) DESC, topic_id LIMIT 5)
), copy_counts AS (
  SELECT cluster_id AS article_id, count(*) AS n
  FROM mart.article_metadata
  SEMI JOIN selected ON selected.article_id = cluster_id
  GROUP BY ALL
), row_ranges AS (
  FROM mart.row_ranges SEMI JOIN selected USING (article_row)
), texts AS (
  SELECT version_id, body_text
  FROM mart.article_versions
  -- by their rows, so that no others are read
  WHERE version_row IN (SELECT version_row FROM selected)
), own_figures AS MATERIALIZED (
  FROM core.figures WHERE rowid IN (SELECT unnest(range(first_figure_row, last_figure_row + 1)) FROM row_ranges)
), kinds AS (
  SELECT f.*, a.day, a.source_name,
    mart.figure_kind(f.currency, f.unit, f.text, v.body_text, f.char_start, f.char_end) AS kind
  FROM selected AS a
  JOIN own_figures AS f USING (version_id)
  JOIN texts AS v USING (version_id)
), quoted AS (
  SELECT version_id, quote_no, speaker, speaker_affiliation
  FROM mart.speakers
  SEMI JOIN selected USING (version_id)
  WHERE quote_row IN (SELECT unnest(range(first_quote_row, last_quote_row + 1)) FROM row_ranges)
), ranked AS (
  SELECT k.*, s.speaker, s.speaker_affiliation, k.version_id IN (FROM of_week) AS is_of_week, coalesce(n, 1) AS outlets,
    k.value * CASE k.currency
      WHEN 'USD' THEN 16000
      WHEN 'EUR' THEN 18000
      WHEN 'SGD' THEN 12000
      WHEN 'MYR' THEN 3500
      ELSE 1
    END AS size -- roughly, to compare
  FROM kinds AS k
  LEFT JOIN quoted AS s ON s.version_id = k.version_id AND s.quote_no = k.quote_no
  LEFT JOIN copy_counts AS c ON c.article_id = k.article_id
  WHERE k.kind IN ('casualties', 'money', 'percentage')
    OR k.kind = 'other' AND k.unit IS NOT NULL AND s.speaker IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY k.article_id ORDER BY k.kind = 'other', k.figure_no) <= 3
), first_figures AS (
  SELECT *, row_number() OVER (ORDER BY kind = 'other', NOT is_of_week, place, kind, article_id, figure_no) AS n
  FROM (
    SELECT *,
      row_number() OVER (
        PARTITION BY kind, is_of_week
        ORDER BY outlets DESC, CASE WHEN kind <> 'percentage' THEN size END DESC, day DESC, article_id, figure_no
      ) AS place
    FROM ranked
  )
  ORDER BY n
  LIMIT 100
)
SELECT
  f.day,
  f.source_name,
  f.kind,
  f.text AS figure,
  f.value::DOUBLE AS value,
  coalesce(f.currency, f.unit) AS unit,
  f.noun_phrase,
  f.speaker,
  f.speaker_affiliation AS affiliation,
  a.headline,
  a.url
FROM first_figures AS f
JOIN mart.article_metadata AS a USING (article_id)
ORDER BY f.n;

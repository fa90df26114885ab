-- The latest hundred figures with a speaker: the first three of an article, without copies.
WITH latest AS (
  SELECT article_id, version_id, story_date, source_name, headline, url
  FROM mart.stories
  WHERE is_cluster_lead AND version_id IN (SELECT version_id FROM core.figures WHERE quote_no IS NOT NULL AND unit IS NOT NULL)
    AND story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND source_name = coalesce($source, source_name)
  ORDER BY story_date DESC, source_name, article_id
  LIMIT 2000 -- not every figure has a speaker; of so many, a hundred have
)
SELECT
  a.story_date,
  a.source_name,
  f.text AS figure,
  f.value::DOUBLE AS value,
  f.unit,
  f.noun_phrase,
  coalesce(q.speaker_name, q.speaker_surface) AS speaker,
  q.speaker_affiliation AS affiliation,
  len(coalesce(f.contradicts, [])) > 0 AS is_contradicted, -- the same text gives another number elsewhere
  a.headline,
  a.url
FROM latest AS a
JOIN core.figures AS f USING (version_id)
JOIN core.quotes AS q USING (version_id, quote_no)
WHERE f.unit IS NOT NULL AND coalesce(q.speaker_name, q.speaker_surface) IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY a.article_id ORDER BY f.figure_no) <= 3
ORDER BY a.story_date DESC, a.source_name, a.article_id, f.figure_no
LIMIT 100;

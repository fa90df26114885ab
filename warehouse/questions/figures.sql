-- The latest hundred figures that somebody stated: the first three of a story, copies left out.
SELECT
  f.story_date,
  f.source_name,
  f.text AS figure,
  f.value::DOUBLE AS value,
  f.unit,
  f.noun_phrase,
  f.speaker,
  f.speaker_affiliation AS affiliation,
  len(coalesce(f.contradicts, [])) > 0 AS is_contradicted, -- the same text counts it otherwise elsewhere
  a.headline,
  a.url
FROM mart.figures AS f
JOIN mart.articles AS a USING (article_id)
WHERE f.is_cluster_lead AND f.speaker IS NOT NULL AND f.unit IS NOT NULL
  AND f.story_date BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND f.source_name = coalesce($source, f.source_name)
QUALIFY row_number() OVER (PARTITION BY f.article_id ORDER BY f.figure_no) <= 3
ORDER BY f.story_date DESC, f.source_name, f.article_id, f.figure_no
LIMIT 100;

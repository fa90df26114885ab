-- The fields of the previewed articles and the facts of their current texts: one row per field and value; for the text,
-- one per paragraph.
WITH articles AS (
  SELECT a.* REPLACE (
      (
        SELECT string_agg(u.name, '; ' ORDER BY w.role, w.ordinal)
        FROM core.article_authors AS w
        JOIN core.authors AS u USING (author_id)
        WHERE w.article_id = a.article_id
      ) AS authors,
      array_to_string(a.tags, '; ') AS tags
    ), v.body_text
  FROM core.articles AS a
  SEMI JOIN preview_articles USING (article_id)
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
), facts AS (
  SELECT version_id, 'quotes' AS field,
    concat_ws(' | ', quote_type, text, speaker_surface, speaker_name, speaker_role, speaker_affiliation, cue) AS value
  FROM core.quotes
  UNION ALL
  SELECT version_id, 'mentions', concat_ws(' | ', mention_type, text, entity_type, entity_name)
  FROM core.entity_mentions
  UNION ALL
  SELECT version_id, 'figures', concat_ws(' | ', text, comparator, value, value_high, unit, currency, noun_phrase)
  FROM core.figures
  UNION ALL
  SELECT version_id, 'dates', concat_ws(' | ', text, date_start, date_end, weekday_matches)
  FROM core.dates_mentioned
  UNION ALL
  SELECT version_id, 'places', concat_ws(' | ', text, kind, role, place_name, region_id)
  FROM core.article_places
  UNION ALL SELECT version_id, 'acronyms', concat_ws(' | ', short_form, expansion) FROM core.acronyms
  UNION ALL SELECT version_id, 'removed', concat_ws(' | ', kind, text) FROM core.removed_spans
  UNION ALL SELECT version_id, 'links', concat_ws(' | ', rel, label, title, href) FROM core.article_links
  UNION ALL
  SELECT version_id, 'images', concat_ws(' | ', role, content_url, caption, credit_text, alt_text)
  FROM core.article_images
)
FROM (
  UNPIVOT (
    SELECT source_id, article_id, coalesce(url, article_id) AS article,
      each_previewed_field::VARCHAR AS each_previewed_field,
      n_versions::VARCHAR AS n_versions
    FROM articles
  ) ON COLUMNS(* EXCLUDE (source_id, article_id)) INTO NAME field VALUE value
)
UNION ALL
SELECT source_id, article_id, 'body_text', unnest(string_split(body_text, chr(10))) FROM articles
UNION ALL
SELECT source_id, article_id, field, value FROM facts JOIN articles ON current_version_id = version_id

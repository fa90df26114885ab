-- The shingles of a batch of changed articles.
INSERT INTO core.article_shingles
WITH texts AS MATERIALIZED (
  SELECT version_id, body_text
  FROM core.article_versions
  WHERE rowid IN (
    SELECT rowid
    FROM core.article_versions
    WHERE article_id IN (SELECT article_id FROM changed_articles WHERE batch = $batch)
  )
), words AS (
  SELECT date_trunc('week', story_at)::DATE AS week, source_id, article_id,
    regexp_extract_all(lower(body_text), '[\p{L}\p{N}]+') AS words
  FROM articles_now
  JOIN texts USING (version_id)
), runs AS (
  -- of lists that begin a word later each; NULL at the end of a text
  SELECT week, source_id, article_id,
    md5_number_lower(
      unnest(words) || ' ' || unnest(words[2:]) || ' ' || unnest(words[3:]) || ' ' || unnest(words[4:]) || ' '
        || unnest(words[5:])
    ) AS run
  FROM words
)
SELECT DISTINCT week, source_id, article_id, (run >> 1)::BIGINT FROM runs WHERE run >> 62 = 0;

-- The shingles of a batch of changed articles.
INSERT INTO core.article_shingles
WITH texts AS (
  SELECT a.article_id, a.source_id, date_trunc('week', coalesce(a.date_published, a.first_seen_at))::DATE AS week,
    regexp_extract_all(lower(v.body_text), '[\p{L}\p{N}]+') AS words
  FROM core.articles AS a
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
  WHERE v.rowid IN (
    SELECT rowid
    FROM core.article_versions
    WHERE article_id IN (SELECT article_id FROM changed_articles WHERE batch = $batch)
  )
), runs AS (
  -- of lists that begin a word later each; NULL at the end of a text
  SELECT week, source_id, article_id,
    md5_number_lower(
      unnest(words) || ' ' || unnest(words[2:]) || ' ' || unnest(words[3:]) || ' ' || unnest(words[4:]) || ' '
        || unnest(words[5:])
    ) AS run
  FROM texts
)
SELECT DISTINCT week, source_id, article_id, (run >> 1)::BIGINT FROM runs WHERE run >> 62 = 0;

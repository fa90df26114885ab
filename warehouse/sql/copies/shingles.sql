-- The shingles of a batch of changed articles.
INSERT INTO core.article_shingles
WITH texts AS (
  SELECT a.article_id, a.source_id, date_trunc('week', coalesce(a.date_published, a.first_seen_at))::DATE AS week,
    list_filter(string_split_regex(lower(v.body_text), '[^\p{L}\p{N}]+'), lambda word: word <> '') AS words
  FROM core.articles AS a
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
  WHERE v.rowid IN (
    SELECT rowid
    FROM core.article_versions
    WHERE article_id IN (SELECT article_id FROM changed_articles WHERE batch = $batch)
  )
), words AS (
  SELECT week, source_id, article_id, unnest(words) AS word, generate_subscripts(words, 1) AS n FROM texts
), runs AS (
  SELECT week, source_id, article_id,
    md5_number_lower(
      word || ' ' || lead(word, 1) OVER o || ' ' || lead(word, 2) OVER o || ' ' || lead(word, 3) OVER o || ' '
        || lead(word, 4) OVER o
    ) AS run
  FROM words
  WINDOW o AS (PARTITION BY article_id ORDER BY n)
)
SELECT DISTINCT week, source_id, article_id, (run >> 1)::BIGINT FROM runs WHERE run >> 62 = 0;

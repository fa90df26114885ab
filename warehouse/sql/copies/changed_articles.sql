-- The articles that changed since texts were last compared, and their shingles.
--
-- clusters_before: the last compared version of the articles to compare
-- changed_articles: articles that are new, changed or gone since
-- changed_weeks: the weeks of publication that need a new comparison

CREATE OR REPLACE TEMP TABLE clusters_before AS
SELECT article_id, version_id, story_at FROM core.article_clusters SEMI JOIN ops.uncompared USING (article_id);
CREATE OR REPLACE TEMP TABLE changed_articles AS
SELECT article_id
FROM (
  SELECT article_id, current_version_id AS version_id, coalesce(date_published, first_seen_at) AS story_at
  FROM core.articles
  SEMI JOIN ops.uncompared USING (article_id)
) AS a
FULL JOIN clusters_before AS c USING (article_id, version_id, story_at)
WHERE a.article_id IS NULL OR c.article_id IS NULL
GROUP BY ALL;
DELETE FROM clusters_before WHERE article_id NOT IN (SELECT article_id FROM changed_articles);

CREATE OR REPLACE TEMP TABLE changed_weeks AS
SELECT DISTINCT week FROM core.article_shingles SEMI JOIN clusters_before USING (article_id);
DELETE FROM core.article_shingles WHERE article_id IN (SELECT article_id FROM clusters_before);
DELETE FROM core.article_pairs WHERE article_id IN (SELECT article_id FROM clusters_before) OR earlier_id IN (SELECT article_id FROM clusters_before);

INSERT INTO core.article_shingles
WITH texts AS (
  SELECT a.article_id, a.source_id, date_trunc('week', coalesce(a.date_published, a.first_seen_at))::DATE AS week,
    list_filter(string_split_regex(lower(v.body_text), '[^\p{L}\p{N}]+'), lambda word : word <> '') AS words
  FROM core.articles AS a
  SEMI JOIN changed_articles USING (article_id)
  JOIN core.article_versions AS v ON v.version_id = a.current_version_id
), words AS (
  SELECT week, source_id, article_id, unnest(words) AS word, generate_subscripts(words, 1) AS n FROM texts
), runs AS (
  SELECT week, source_id, article_id,
    md5_number_lower(word || ' ' || lead(word, 1) OVER o || ' ' || lead(word, 2) OVER o || ' ' || lead(word, 3) OVER o || ' ' || lead(word, 4) OVER o) AS run
  FROM words
  WINDOW o AS (PARTITION BY article_id ORDER BY n)
)
SELECT DISTINCT week, source_id, article_id, (run >> 1)::BIGINT FROM runs WHERE run >> 62 = 0;
INSERT INTO changed_weeks SELECT DISTINCT week FROM core.article_shingles SEMI JOIN changed_articles USING (article_id) ANTI JOIN changed_weeks USING (week);

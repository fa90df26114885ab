-- Stories that are new, changed or gone since texts were last compared, and the shingles of those that are there. The weeks they touch.
CREATE OR REPLACE TEMP TABLE compared AS
SELECT article_id, version_id, story_at FROM core.article_clusters SEMI JOIN ops.uncompared USING (article_id);
CREATE OR REPLACE TEMP TABLE changed AS
SELECT article_id
FROM (
  SELECT article_id, current_version_id AS version_id, coalesce(date_published, first_seen_at) AS story_at
  FROM core.articles
  SEMI JOIN ops.uncompared USING (article_id)
) AS a
FULL JOIN compared AS c USING (article_id, version_id, story_at)
WHERE a.article_id IS NULL OR c.article_id IS NULL
GROUP BY ALL;
DELETE FROM compared WHERE article_id NOT IN (SELECT article_id FROM changed);

CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT week FROM core.article_shingles SEMI JOIN compared USING (article_id);
DELETE FROM core.article_shingles WHERE article_id IN (SELECT article_id FROM compared);
DELETE FROM core.article_pairs WHERE article_id IN (SELECT article_id FROM compared) OR earlier_id IN (SELECT article_id FROM compared);

INSERT INTO core.article_shingles
WITH texts AS (
  SELECT a.article_id, a.source_id, date_trunc('week', coalesce(a.date_published, a.first_seen_at))::DATE AS week,
    list_filter(string_split_regex(lower(v.body_text), '[^\p{L}\p{N}]+'), lambda word : word <> '') AS words
  FROM core.articles AS a
  SEMI JOIN changed USING (article_id)
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
INSERT INTO touched SELECT DISTINCT week FROM core.article_shingles SEMI JOIN changed USING (article_id) ANTI JOIN touched USING (week);

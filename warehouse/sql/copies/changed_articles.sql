-- The articles that changed since texts were last compared.
--
-- articles_now: the articles to compare
-- clusters_before: the last compared version of these
-- changed_articles: articles that are new, changed or gone since, in batches whose texts are cut into shingles at once
-- changed_weeks: the weeks of publication of these, as they were and as they are
-- changed_outlet_weeks: the weeks with the outlets, as they were
-- recompared_articles: empty for now

CREATE OR REPLACE TEMP TABLE articles_now AS
SELECT article_id, source_id, current_version_id AS version_id, coalesce(date_published, first_seen_at) AS story_at
FROM core.articles
WHERE rowid IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM ops.uncompared));
CREATE OR REPLACE TEMP TABLE clusters_before AS
SELECT article_id, version_id, story_at FROM core.article_clusters SEMI JOIN ops.uncompared USING (article_id);
CREATE OR REPLACE TEMP TABLE changed_articles AS
WITH changed AS (
  SELECT DISTINCT article_id
  FROM articles_now AS a
  FULL JOIN clusters_before AS c USING (article_id, version_id, story_at)
  WHERE a.article_id IS NULL OR c.article_id IS NULL
)
SELECT article_id, row_number() OVER (ORDER BY article_id) // 3000 AS batch
FROM changed;
DELETE FROM clusters_before WHERE article_id NOT IN (SELECT article_id FROM changed_articles);
DELETE FROM articles_now WHERE article_id NOT IN (SELECT article_id FROM changed_articles);

CREATE OR REPLACE TEMP TABLE changed_weeks AS
SELECT DISTINCT date_trunc('week', story_at)::DATE AS week FROM clusters_before;
CREATE OR REPLACE TEMP TABLE changed_outlet_weeks AS
SELECT DISTINCT week, source_id
FROM core.article_shingles
WHERE week IN (FROM changed_weeks) AND article_id IN (SELECT article_id FROM clusters_before);
DELETE FROM core.article_shingles
WHERE week IN (FROM changed_weeks) AND article_id IN (SELECT article_id FROM clusters_before);
INSERT INTO changed_weeks
FROM (SELECT DISTINCT date_trunc('week', story_at)::DATE AS week FROM articles_now)
ANTI JOIN changed_weeks USING (week);
CREATE OR REPLACE TEMP TABLE recompared_articles (week DATE, article_id VARCHAR);

-- Duplicates within an outlet, and quarantined pages that became articles. After load/articles.sql, in its transaction.
--
-- equal_texts: versions of different articles with the same text
-- duplicate_articles: articles whose text an earlier article of the outlet has
-- quarantined_urls: the open or ignored quarantine row of each address of the batch

-- The same text at another address of the outlet is one article: the address that had it first.
CREATE TEMP TABLE equal_texts AS
SELECT version_id, article_id, content_sha256
FROM core.article_versions
WHERE rowid IN (
  SELECT rowid
  FROM core.article_versions
  WHERE content_key IN (SELECT md5_number_lower(content_sha256) FROM new_versions)
)
WINDOW alike AS (PARTITION BY content_sha256)
QUALIFY min(article_id) OVER alike < max(article_id) OVER alike;
CREATE TEMP TABLE duplicate_articles AS
SELECT a.article_id, first_value(a.url) OVER same AS lead_url
FROM (
  FROM core.articles
  WHERE rowid IN (
    SELECT rowid FROM core.articles WHERE article_key IN (SELECT md5_number_lower(article_id) FROM equal_texts)
  )
) AS a
JOIN equal_texts AS v ON v.version_id = a.current_version_id
WINDOW same AS (PARTITION BY a.source_id, v.content_sha256 ORDER BY a.date_published, a.first_seen_at, a.article_id)
QUALIFY a.article_id <> first_value(a.article_id) OVER same;
-- only where duplicate_articles has rows
INSERT INTO ops.uncounted BY NAME SELECT md5_number_lower(article_id) AS article_key FROM duplicate_articles;
-- only where duplicate_articles has rows
UPDATE ops.frontier AS f
SET state = 'duplicate', reason = 'duplicate', detail = d.lead_url
FROM duplicate_articles AS d
WHERE f.article_id = d.article_id AND f.state = 'loaded';

-- A page that has not changed since it was quarantined stays in quarantine; one that became an article leaves it.
CREATE TEMP TABLE quarantined_urls AS
SELECT DISTINCT ON (q.url) q.url, n.state, n.discovered_at, q.resolution, q.reason_code, q.reason
FROM ops.quarantine AS q
JOIN latest_states AS n USING (url)
WHERE q.resolved_at IS NULL OR q.resolution = 'ignored'
ORDER BY q.url, q.quarantined_at DESC;
-- only where quarantined_urls has rows
UPDATE ops.frontier AS f
SET state = CASE WHEN q.resolution = 'ignored' THEN 'skipped' ELSE 'quarantined' END, reason = q.reason_code,
  detail = q.reason
FROM quarantined_urls AS q
WHERE f.url = q.url
  AND f.state = 'loaded'
  AND NOT EXISTS (FROM core.version_fetches AS v WHERE v.fetch_id = f.last_fetch_id);
-- only where quarantined_urls has rows
UPDATE ops.quarantine AS q
SET resolved_at = n.discovered_at, resolution = 'loaded'
FROM quarantined_urls AS n
JOIN ops.frontier AS f USING (url)
WHERE q.url = n.url AND f.state = 'loaded' AND n.state = 'loaded' AND q.resolved_at IS NULL;

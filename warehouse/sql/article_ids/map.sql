-- The ids that change, of articles and of their versions. `new_article_ids` has the id that each article's address has
-- now; where two articles would get one id, one of them keeps its old id until its pages are parsed again.
--
-- article_ids, version_ids: old id and new id
-- addresses: the id that each address has by itself, and the article it belongs to now
-- undecided_articles: articles that hold pages of several articles

CREATE TEMP TABLE article_ids AS
SELECT old_id, article_id AS new_id
FROM new_article_ids
WHERE old_id <> article_id AND article_id NOT IN (SELECT article_id FROM core.articles)
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY old_id) = 1;
CREATE TEMP TABLE version_ids AS
SELECT v.version_id AS old_id, left(sha256(a.new_id || chr(0) || v.content_sha256), 16) AS new_id
FROM core.article_versions AS v
JOIN article_ids AS a ON a.old_id = v.article_id;

CREATE TEMP TABLE addresses AS
SELECT
  n.url,
  n.article_id AS own_id,
  n.owner_id,
  n.is_article,
  f.source_id,
  coalesce(m.new_id, f.article_id) AS filed_id,
  EXISTS(
    FROM raw.fetches AS x WHERE x.requested_url = n.url AND x.kind IN ('page', 'file') AND x.outcome <> 'failed'
  ) AS is_fetched,
  EXISTS(FROM raw.feed_entries AS e WHERE e.url = n.url AND e.source_id = n.owner_id) AS is_announced_by_owner
FROM new_addresses AS n
JOIN ops.frontier AS f USING (url)
LEFT JOIN article_ids AS m ON m.old_id = f.article_id;

-- The pages of these articles are parsed again.
CREATE TEMP TABLE undecided_articles AS
SELECT coalesce(m.new_id, v.article_id) AS article_id
FROM core.version_fetches AS v
JOIN raw.fetches AS x USING (fetch_id)
JOIN addresses AS a ON a.url = x.requested_url
LEFT JOIN article_ids AS m ON m.old_id = v.article_id
WHERE v.part_no = 1
GROUP BY ALL
HAVING count(DISTINCT a.own_id) > 1 OR any_value(a.own_id) <> coalesce(m.new_id, v.article_id);

-- Plain TF-IDF: the cosine of the whole texts of every two of the articles that were reported within three days. How
-- rare a word is follows from all articles.
WITH texts AS (
  SELECT m.url, c.story_at, lower(concat_ws(' ', v.headline, v.body_text)) AS text
  FROM core.article_clusters AS c
  JOIN core.article_versions AS v ON v.version_id = c.version_id
  JOIN mart.article_metadata AS m ON m.article_id = c.article_id
), words AS (
  SELECT url, unnest(regexp_extract_all(text, '\w+')) AS word FROM texts
), counts AS (
  SELECT url, word, count(*) AS n, count(*) OVER (PARTITION BY word) AS n_articles FROM words GROUP BY url, word
), weights AS MATERIALIZED (
  SELECT url, story_at, word, (1 + ln(n)) * ln((SELECT count(*) FROM texts) / n_articles) AS weight
  FROM counts
  JOIN texts USING (url)
  WHERE list_contains($addresses, url)
), sizes AS MATERIALIZED (
  SELECT url, sqrt(sum(weight * weight)) AS size FROM weights GROUP BY url
), shared AS (
  SELECT x.url AS one, y.url AS other, sum(x.weight * y.weight) AS shared
  FROM weights AS x
  JOIN weights AS y USING (word)
  WHERE x.url < y.url AND abs(epoch(x.story_at) - epoch(y.story_at)) <= 3 * 86400
  GROUP BY ALL
)
SELECT one, other, round(shared / (a.size * b.size), 4)
FROM shared
JOIN sizes AS a ON a.url = one
JOIN sizes AS b ON b.url = other
WHERE shared / (a.size * b.size) >= 0.05;

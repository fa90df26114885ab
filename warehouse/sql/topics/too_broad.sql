-- Topics with half of all articles or more, where there are enough articles to tell.
SELECT
  topic_id,
  round(100 * count(*) / any_value(a.n))::INTEGER AS percent
FROM core.article_topics
CROSS JOIN (SELECT count(*) AS n FROM core.articles) AS a
WHERE a.n >= $enough
GROUP BY topic_id
HAVING 100 * count(*) >= any_value(a.n) * $percent
ORDER BY topic_id;

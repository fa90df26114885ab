-- The latest article of outlets, by source_id.
SELECT o.source_id, arg_max(a.article_id, (a.day, a.article_id)) AS article_id
FROM mart.outlets AS o
JOIN mart.article_metadata AS a USING (source_name)
WHERE o.source_id IN ($ids)
GROUP BY o.source_id;

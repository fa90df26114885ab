-- The changed originals whose headline, or else first lines, tell of one kind of event or page. The pattern is a
-- parameter, which is compiled once. What stands in the headline counts before what stands below it.
INSERT INTO original_kinds
SELECT e.article_id, $kind, $place_in_file + CASE WHEN regexp_matches(lower(v.headline), $pattern) THEN 0 ELSE 1000 END
FROM core.article_events AS e
SEMI JOIN changed_originals USING (article_id)
JOIN core.article_versions AS v USING (version_id)
WHERE regexp_matches(lower(v.headline), $pattern)
  OR NOT $is_service AND regexp_matches(lower(left(v.body_text, 150)), $pattern);

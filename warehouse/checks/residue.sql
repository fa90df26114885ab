-- C10 warn: no navigation, HTML, related link or broken character is left in a text.
SELECT source_id, url, left_over
FROM (
  SELECT a.source_id, a.url,
    regexp_extract(
      v.body_text, '(?im)^\s*baca (juga|selengkapnya)\b|</?[a-z][^>]*>|&(amp|nbsp|quot|#\d+);|\x{FFFD}'
    ) AS left_over
  FROM new_versions AS v
  JOIN new_articles AS a ON a.current_version_id = v.version_id
)
WHERE left_over <> '';

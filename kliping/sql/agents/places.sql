-- The places that articles come from, happen in or mention, the latest first.
SELECT
  day,
  source_name,
  place,
  province,
  kind,
  role,
  headline,
  article_id,
  char_start,
  char_end,
  url
FROM mart.places
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name)
  AND filter_by($place, place = $place)
  AND filter_by($province, province = $province)
  AND filter_by($role, role = $role)
  AND filter_by($article, article_id = $article)
ORDER BY day DESC, article_id, place_no
LIMIT $limit OFFSET $offset;

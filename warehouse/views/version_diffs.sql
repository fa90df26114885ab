-- What changed from each version of a story to the next. Key: (from_version_id, to_version_id).
CREATE OR REPLACE VIEW core.version_diffs AS
WITH chain AS (
  SELECT article_id, version_id AS to_version_id, version_no, headline, body_text, date_modified, version_created AS detected_at,
    lag(version_id) OVER w AS from_version_id, lag(headline) OVER w AS headline_before, lag(body_text) OVER w AS body_before,
    lag(date_modified) OVER w AS modified_before
  FROM core.article_versions
  WHERE article_id IN (SELECT article_id FROM core.articles WHERE n_versions > 1)
  WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
), paragraphs AS (
  SELECT *, string_split(body_text, chr(10)) AS after, string_split(body_before, chr(10)) AS before
  FROM chain WHERE from_version_id IS NOT NULL
), changes AS (
  SELECT *, list_filter(after, lambda p : NOT list_contains(before, p)) AS added, list_filter(before, lambda p : NOT list_contains(after, p)) AS removed
  FROM paragraphs
), pairs AS (
  SELECT *, list_filter(removed, lambda r : list_bool_or(list_transform(added, lambda a : jaro_similarity(r, a) > 0.8))) AS edited
  FROM changes
), told AS (
  SELECT article_id, version_id, list(DISTINCT text) FILTER (quote_type <> 'indirect') AS quotes
  FROM core.quotes WHERE article_id IN (SELECT article_id FROM pairs) GROUP BY ALL
), named AS (
  SELECT version_id, list(DISTINCT text) AS names
  FROM core.entity_mentions WHERE article_id IN (SELECT article_id FROM pairs) AND mention_type = 'full' GROUP BY ALL
), weighed AS (
  SELECT p.*,
    list_filter(coalesce(n.quotes, []), lambda q : NOT list_contains(coalesce(o.quotes, []), q)) AS new_quotes,
    list_filter(coalesce(o.quotes, []), lambda q : NOT list_contains(coalesce(n.quotes, []), q)) AS lost_quotes,
    list_sort(regexp_extract_all(array_to_string(list_concat(after, [headline]), ' '), '\d[\d.,]*\b')) AS numbers,
    list_sort(regexp_extract_all(array_to_string(list_concat(before, [headline_before]), ' '), '\d[\d.,]*\b')) AS numbers_before,
    list_sort(coalesce(x.names, [])) AS names, list_sort(coalesce(y.names, [])) AS names_before
  FROM pairs AS p
  LEFT JOIN told AS n ON n.version_id = p.to_version_id
  LEFT JOIN told AS o ON o.version_id = p.from_version_id
  LEFT JOIN named AS x ON x.version_id = p.to_version_id
  LEFT JOIN named AS y ON y.version_id = p.from_version_id
)
SELECT
  w.article_id, -- the story
  w.from_version_id, -- the version before
  w.to_version_id, -- the version after
  w.version_no AS to_version_no, -- 2 is the first edit
  w.detected_at, -- when the later version was first seen, UTC
  list_filter([
    CASE WHEN w.headline IS DISTINCT FROM w.headline_before THEN 'headline' END,
    CASE WHEN w.numbers <> w.numbers_before THEN 'number' END,
    CASE WHEN len(w.new_quotes) + len(w.lost_quotes) > 0 THEN 'quote' END,
    CASE WHEN w.names <> w.names_before THEN 'name' END,
    CASE WHEN regexp_matches(array_to_string(list_concat(w.added, [w.headline]), ' '), '(?i)\b(ralat|di?koreksi|diralat|pembaruan|pemutakhiran|catatan redaksi|hak jawab|permintaan maaf redaksi|correction|corrected|clarification|editor.s note)\b') THEN 'correction' END,
    CASE WHEN w.date_modified IS NOT DISTINCT FROM w.modified_before THEN 'stealth' END
  ], lambda kind : kind IS NOT NULL) AS kinds, -- headline, number, quote, name, correction (a notice of one), stealth (the page's own date of change stayed)
  w.headline IS DISTINCT FROM w.headline_before AS headline_changed, -- also where there was none
  w.headline_before, -- of the version before
  w.headline AS headline_after, -- of the version after
  len(w.added) - least(len(w.edited), len(w.added)) AS paragraphs_added, -- without a like one before
  len(w.removed) - len(w.edited) AS paragraphs_removed, -- without a like one after
  len(w.edited) AS paragraphs_edited, -- a like one stands in the other version
  w.removed AS text_before, -- the paragraphs that are no more as they were
  w.added AS text_after, -- the paragraphs that were not so before
  len(w.new_quotes) AS quotes_added, -- direct and mixed, by their words
  len(w.lost_quotes) AS quotes_removed, -- direct and mixed, by their words
  round(1 - (length(array_to_string(w.added, '')) + length(array_to_string(w.removed, ''))) / (length(w.body_text) + length(w.body_before)), 4) AS similarity -- share of both texts that stands in unchanged paragraphs
FROM weighed AS w;

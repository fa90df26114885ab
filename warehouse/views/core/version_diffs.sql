-- What changed from each version of an article to the next. Key: (from_version_id, to_version_id).
CREATE OR REPLACE VIEW core.version_diffs AS
WITH chain AS (
  SELECT article_id, version_id AS to_version_id, version_no, headline, body_text, date_modified,
    version_created AS detected_at,
    lag(version_id) OVER w AS from_version_id, lag(headline) OVER w AS headline_before,
    lag(body_text) OVER w AS body_before,
    lag(date_modified) OVER w AS modified_before
  FROM core.article_versions
  WHERE article_id IN (FROM mart.edited_articles)
  WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
), changes AS (
  SELECT to_version_id, list_distinct(flatten(list(kinds))) AS kinds,
    count(*) FILTER (change = 'added' AND paragraph_no > 0) AS n_added,
    count(*) FILTER (change = 'removed' AND paragraph_no > 0) AS n_removed,
    count(*) FILTER (change = 'edited' AND paragraph_no > 0) AS n_edited,
    list(text_before ORDER BY paragraph_no) FILTER (text_before IS NOT NULL AND paragraph_no > 0) AS text_before,
    list(text_after ORDER BY paragraph_no) FILTER (text_after IS NOT NULL AND paragraph_no > 0) AS text_after,
    sum(quotes_added) AS quotes_added, sum(quotes_removed) AS quotes_removed
  FROM core.paragraph_diffs
  GROUP BY ALL
)
SELECT
  w.article_id, -- the article
  w.from_version_id, -- the version before
  w.to_version_id, -- the version after
  w.version_no AS to_version_no, -- 2 is the first edit
  w.detected_at, -- when the later version was first seen, UTC
  list_filter(
    ['headline', 'number', 'quote', 'name', 'correction', 'stealth', 'undated'],
    lambda kind: CASE
      WHEN kind = 'stealth' THEN coalesce(w.date_modified = w.modified_before, FALSE)
      WHEN kind = 'undated' THEN w.date_modified IS NULL
      ELSE list_contains(coalesce(c.kinds, []), kind)
    END
  ) AS kinds, -- headline, number, quote, name, correction (a notice of one), stealth (the page's own date of change,
    -- stated before and after, stayed), undated (the page states no date of change)
  w.headline IS DISTINCT FROM w.headline_before AS headline_changed, -- also where there was none
  w.headline_before, -- of the version before
  w.headline AS headline_after, -- of the version after
  coalesce(c.n_added, 0) AS paragraphs_added, -- with no similar paragraph before
  coalesce(c.n_removed, 0) AS paragraphs_removed, -- with no similar paragraph after
  coalesce(c.n_edited, 0) AS paragraphs_edited, -- with a similar paragraph in the other version
  coalesce(c.text_before, []) AS text_before, -- the paragraphs of the version before that are not in the version after
  coalesce(c.text_after, []) AS text_after, -- the paragraphs of the version after that are not in the version before
  coalesce(c.quotes_added, 0)::BIGINT AS quotes_added, -- direct and mixed quotes, compared by their words
  coalesce(c.quotes_removed, 0)::BIGINT AS quotes_removed, -- direct and mixed quotes, compared by their words
  round(
    1
      - (
        length(array_to_string(coalesce(c.text_after, []), ''))
          + length(array_to_string(coalesce(c.text_before, []), ''))
      ) / (length(w.body_text) + length(w.body_before)),
    4
  ) AS similarity -- share of both texts in unchanged paragraphs
FROM chain AS w
LEFT JOIN changes AS c USING (to_version_id)
WHERE w.from_version_id IS NOT NULL;

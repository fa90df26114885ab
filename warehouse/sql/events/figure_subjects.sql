-- What the figures of the changed originals count, as far as another article's figures can be compared with them.
DELETE FROM core.figure_subjects WHERE article_id IN (FROM changed_originals);
INSERT INTO core.figure_subjects
WITH figures AS (
  -- without texts: a window holds all of its rows
  SELECT s.article_id, f.version_id, f.figure_no, lower(f.text) AS figure, f.currency, lower(f.unit) AS unit, f.char_start, f.char_end,
    lag(f.char_end, 1, 0) OVER places AS end_before,
    coalesce(lead(f.char_start) OVER places, f.char_end + 70) AS start_after
  FROM originals AS s
  SEMI JOIN changed_originals USING (article_id)
  JOIN core.figures AS f ON f.version_id = s.version_id
  WINDOW places AS (PARTITION BY f.version_id ORDER BY f.char_start)
), subjects AS (
  SELECT unnest($subjects, recursive := true)
), unit_subjects AS MATERIALIZED (
  -- by unit first: few of the patterns of words then have to be tried
  SELECT u.unit, u.is_money, s.*
  FROM (SELECT DISTINCT unit, currency IS NOT NULL AS is_money FROM figures) AS u
  JOIN subjects AS s ON CASE WHEN s.units = 'money' THEN u.is_money ELSE NOT u.is_money AND regexp_full_match(u.unit, s.units) END
), clauses AS (
  SELECT f.*, lower(substr(v.body_text, greatest(f.char_start - 99, 1), least(f.char_start, 100))) AS text_before, v.body_text
  FROM figures AS f
  JOIN core.article_versions AS v ON v.version_id = f.version_id
  SEMI JOIN unit_subjects AS s
    ON s.unit IS NOT DISTINCT FROM f.unit
    AND s.is_money = (f.currency IS NOT NULL)
), narrow_clauses AS (
  SELECT * EXCLUDE (text_before, body_text),
    regexp_extract(text_before, '[^.,;:!?\n"“”]*$') AS clause_before,
    regexp_replace(
      regexp_extract(
        -- 12 atau 14 orang tewas: the words after the second are those of both
        CASE
          WHEN substr(body_text, char_end + 1, start_after - char_end) = ' atau ' THEN lower(substr(body_text, start_after + 1, 70))
          ELSE lower(substr(body_text, char_end + 1, least(start_after - char_end, 70)))
        END, '^[^.,;:!?\n"“”()]*'
      ),
      '\b(dan|sedangkan|sementara|setelah|ketika|saat|karena|akibat|dari|sejak|sehingga|serta|atau|dalam)\b.*$', ''
    ) AS after
  FROM clauses
), worded AS (
  SELECT *, figure || after AS words_after,
    CASE WHEN char_start - length(clause_before) >= end_before THEN clause_before ELSE '' END AS words_before -- else they belong to the figure before
  FROM narrow_clauses
)
SELECT w.article_id, w.version_id, w.figure_no,
  arg_min(
    concat_ws(', ', s.name, CASE WHEN s.units <> $people AND s.units <> $buildings THEN coalesce(w.currency, u.unit, w.unit) END),
    (regexp_matches(w.words_after, s.words)::INTEGER * -1, s.place)
  ) AS subject,
  arg_min(s.changes, (regexp_matches(w.words_after, s.words)::INTEGER * -1, s.place)) AS changes,
  any_value(trim(w.words_before || w.words_after)) AS words
FROM worded AS w
JOIN unit_subjects AS s
  ON s.unit IS NOT DISTINCT FROM w.unit
  AND s.is_money = (w.currency IS NOT NULL)
  AND (regexp_matches(w.words_after, s.words) OR regexp_matches(w.words_before, s.words))
  AND (s.without IS NULL OR NOT regexp_matches(w.words_before || w.words_after, s.without))
LEFT JOIN (VALUES ('kg', 'kilogram'), ('gr', 'gram'), ('km', 'kilometer'), ('cm', 'sentimeter'), ('m', 'meter')) AS u(short, unit) ON u.short = w.unit
-- a part of the count, what came on top of it, or what somebody denies
WHERE NOT regexp_matches(w.words_before || w.words_after, '\b(di antara\w*|masing-masing|kembali|lagi|tambahan|per|setiap|sebelumnya|membantah|bantah|menyangkal)\b')
  AND NOT regexp_matches(w.words_before, '\b(bertambah|berkurang|naik|turun) $')
  AND NOT regexp_matches(w.words_before, '\b(dan|beserta) $')
GROUP BY w.article_id, w.version_id, w.figure_no;

-- What the figures of the changed originals count, as far as another article's figures can be compared with them.
DELETE FROM core.figure_subjects WHERE article_id IN (SELECT article_id FROM originals_before);
INSERT INTO core.figure_subjects
WITH changed_figures AS MATERIALIZED (
  FROM core.figures
  WHERE rowid IN (SELECT rowid FROM core.figures WHERE article_id IN (SELECT article_id FROM originals))
), texts AS MATERIALIZED (
  SELECT version_id, body_text
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (SELECT article_id FROM originals))
), figures AS (
  -- without texts: a window holds all of its rows
  SELECT s.article_id, f.version_id, f.figure_no, lower(f.text) AS figure, f.value, f.char_start, f.char_end,
    f.currency, coalesce(u.unit, lower(f.unit), 'number') AS unit,
    lower(f.noun_phrase) AS noun_phrase,
    lag(f.char_end, 1, 0) OVER places AS end_before,
    coalesce(lead(f.char_start) OVER places, f.char_end + 80) AS start_after
  FROM originals AS s
  JOIN changed_figures AS f ON f.version_id = s.version_id
  LEFT JOIN (
    VALUES ('kg', 'kilogram'), ('gr', 'gram'), ('km', 'kilometer'), ('m', 'meter'), ('ha', 'hektare'),
      ('hektar', 'hektare'), ('%', 'persen')
  ) AS u (short, unit)
    ON u.short = lower(f.unit)
  WINDOW places AS (PARTITION BY f.version_id ORDER BY f.char_start)
), lines AS (
  SELECT f.*, v.body_text,
    lower(substr(v.body_text, greatest(char_start - 199, 1), least(char_start, 200))) AS text_before
  FROM figures AS f
  JOIN texts AS v USING (version_id)
  CROSS JOIN LATERAL (
    SELECT regexp_extract(substr(v.body_text, greatest(char_start - 199, 1), least(char_start, 200)), '[^\n]*$')
        || regexp_extract(substr(v.body_text, char_start + 1, 200), '^[^\n]*') AS line
  ) AS l
  -- no sentence: a headline of another article, a row of a table or of a price list
  WHERE regexp_matches(line, '[.!?]["”’'')\]]*(\s|$)')
), clauses AS (
  SELECT * EXCLUDE (body_text, text_before),
    -- a mark before a digit is in a number: 6,1
    regexp_extract(text_before, '(?:[^.!?\n]|[.!?][^\s"”])*$') AS sentence_before,
    regexp_replace(
      regexp_extract(
        lower(substr(body_text, end_before + 1, greatest(char_start - end_before, 0))), '(?:[^.,;:!?\n"“”]|[.,:]\d)*$'
      ),
      '^.*\b(dan|dari|sedangkan|sementara|sehingga|serta)\b', '' -- 20 bus terbakar dari 104 bus
    ) AS words_before,
    regexp_replace(
      regexp_extract(lower(substr(body_text, char_end + 1, start_after - char_end)), '^[^.,;:!?\n"“”()]*'),
      '\b(dan|sedangkan|sementara|setelah|ketika|saat|karena|akibat|dari|sejak|sehingga|serta|atau)\b.*$', ''
    ) AS words_after
  FROM lines
), subjects AS (
  SELECT unnest($subjects, recursive := TRUE)
), named AS (
  SELECT c.article_id, c.version_id, c.figure_no,
    arg_min(
      concat_ws(', ', s.name, nullif(regexp_extract(words_before || figure || words_after, s.things, 1), '')), s.place
    ) AS subject,
    arg_min(s.changes, s.place) AS changes
  FROM clauses AS c
  JOIN subjects AS s
    ON regexp_full_match(coalesce(c.currency, c.unit), s.units)
    AND regexp_matches(words_before || '#' || words_after, s.words)
  -- one pattern for all first: those of a row are compiled for each figure
  WHERE regexp_matches(words_before || '#' || words_after, $words)
    AND NOT regexp_matches(sentence_before || '#' || words_after, $other)
    AND NOT regexp_matches(words_before || '#' || words_after, $part)
  GROUP BY ALL
)
SELECT article_id, version_id, figure_no,
  coalesce(n.subject, CASE
    -- of three digits or more, so that the same number of the same event counts the same
    WHEN length(regexp_replace(regexp_extract(figure, '\d[\d.,]*'), '[.,]|^0+|[.,0]+$', '', 'g')) >= 3
      THEN lower(coalesce(currency, unit))
    WHEN value >= 10 AND contains(noun_phrase, ' ') THEN noun_phrase
  END) AS counts,
  if(n.subject IS NULL, 'equal', n.changes),
  trim(words_before || figure || words_after)
FROM clauses
LEFT JOIN named AS n USING (article_id, version_id, figure_no)
WHERE counts IS NOT NULL;

-- What the figures of the changed originals count, as far as another article's figures can be compared with them.
DELETE FROM core.figure_subjects WHERE article_id IN (FROM changed_originals);
INSERT INTO core.figure_subjects
WITH figures AS (
  -- without texts: a window holds all of its rows
  SELECT s.article_id, year(s.story_at) AS story_year, f.version_id, f.figure_no, lower(f.text) AS figure, f.currency,
    lower(f.unit) AS unit, f.char_start, f.char_end,
    lag(f.char_end, 1, 0) OVER places AS end_before,
    coalesce(lead(f.char_start) OVER places, f.char_end + 70) AS start_after,
    lead(lower(f.unit)) OVER places AS unit_after
  FROM originals AS s
  SEMI JOIN changed_originals USING (article_id)
  JOIN core.figures AS f ON f.version_id = s.version_id
  WINDOW places AS (PARTITION BY f.version_id ORDER BY f.char_start)
), subjects AS (
  SELECT unnest($subjects, recursive := TRUE)
), unit_subjects AS MATERIALIZED (
  -- by unit first: few of the patterns of words then have to be tried
  SELECT u.unit, u.is_money, s.*
  FROM (SELECT DISTINCT unit, currency IS NOT NULL AS is_money FROM figures) AS u
  JOIN subjects AS s
    ON CASE WHEN s.units = 'money' THEN u.is_money ELSE NOT u.is_money AND regexp_full_match(u.unit, s.units) END
), clauses AS (
  SELECT f.*, lower(substr(v.body_text, greatest(f.char_start - 199, 1), least(f.char_start, 200))) AS text_before,
    v.body_text
  FROM figures AS f
  JOIN core.article_versions AS v ON v.version_id = f.version_id
  CROSS JOIN LATERAL (
    SELECT regexp_extract(substr(v.body_text, greatest(f.char_start - 199, 1), least(f.char_start, 200)), '[^\n]*$')
        || regexp_extract(substr(v.body_text, f.char_start + 1, 200), '^[^\n]*') AS line
  ) AS l
  SEMI JOIN unit_subjects AS s
    ON s.unit IS NOT DISTINCT FROM f.unit
    AND s.is_money = (f.currency IS NOT NULL)
  -- a headline between the paragraphs, mostly of another article: no full stop, and capitals throughout
  WHERE NOT (
    NOT regexp_matches(line, '\.[”"’'')\]]*\s*$')
    AND len(regexp_extract_all(line, '\S+')) BETWEEN 4 AND 20
    AND len(regexp_extract_all(line, '(?:^|\s)[(“"]?[\p{Lu}\d]')) > 0.6 * len(regexp_extract_all(line, '\S+'))
  )
    AND NOT regexp_matches(text_before, '\b(baca|simak|lihat) (juga|pula)\b[^.!?\n]*$')
), narrow_clauses AS (
  SELECT * EXCLUDE (text_before, body_text),
    -- a mark before a digit is in a number: 6,1
    regexp_extract(text_before, '(?:[^.,;:!?\n"“”]|[.,:]\d)*$') AS clause_before,
    regexp_extract(text_before, '(?:[^.!?\n]|[.!?][^\s"”])*$') AS sentence_before,
    regexp_extract(
      lower(substr(body_text, char_end + 1, least(start_after - char_end, 99))), '^(?:[^.!?\n]|[.!?][^\s"”])*'
    ) AS sentence_after,
    regexp_extract(lower(substr(body_text, char_end + 1, 99)), '^[^.,;:!?\n"“”()]*') AS clause_after,
    lower(substr(body_text, end_before + 1, greatest(char_start - end_before, 0))) AS text_between,
    -- 12 atau 14 orang tewas, 312 jiwa dari 94 keluarga mengungsi: the words after the second are those of both
    CASE substr(body_text, char_end + 1, start_after - char_end)
      WHEN ' atau ' THEN ' atau '
      WHEN ' dari '
        THEN if(regexp_full_match(unit, $people) AND NOT regexp_full_match(unit_after, $people), ' dari ', '')
      ELSE ''
    END AS link,
    regexp_replace(
      regexp_extract(
        lower(
          if(
            link = '', substr(body_text, char_end + 1, least(start_after - char_end, 70)),
            substr(body_text, start_after + 1, 70)
          )
        ),
        -- di Pagaden, Kabupaten Subang, tewas: the larger place does not end the clause
        '^(?:[^.,;:!?\n"“”()]*\bdi [^.,;:!?\n"“”()]*, (?:[\w-]+ ){0,2}[\w-]+, [^.,;:!?\n"“”()]*|'
          || '[^.,;:!?\n"“”()]*)'
      ),
      '\b(dan|sedangkan|sementara|setelah|ketika|saat|karena|akibat|dari|sejak|sehingga|serta|atau|dalam)\b.*$', ''
    ) AS after
  FROM clauses
), worded AS (
  SELECT *, figure || link || after AS words_after,
    -- 620 buruh di tiga pabrik: the next figure is a part of this one's clause
    concat_ws(
      '#', sentence_before, sentence_after,
      regexp_replace(clause_after, '\b(dan|serta|sedangkan|sementara|dengan)\b.*$', '')
    ) AS scope,
    CASE
      -- Ketua serikat, Afdal Maruf, menyebut; Korban tewas di Palembayan, Agam, menjadi: the clause has the verb alone.
      -- Di Desa Bayan, 21 rumah: it has no place
      WHEN (char_start - length(sentence_before) >= end_before OR text_between = ' menjadi ')
        AND (regexp_matches(clause_before,
        '^ ?(bertambah|berkurang|meningkat|menjadi|mencapai|berjumlah|menyebut|menyatakan|mengatakan|mencatat|'
          || 'mendata|menghitung|menaksir|memperkirakan|meyakini|menduga|melaporkan|mengklaim)')
          OR regexp_matches(sentence_before,
          '^\W*(sementara |sedangkan |adapun )?(itu,? )?(di|untuk|khusus) (desa|dusun|kelurahan|kecamatan|'
            || 'kampung|nagari|jorong|distrik|gampong) '))
        THEN sentence_before
      WHEN char_start - length(clause_before) >= end_before
        OR text_between IN (' atau ', ' menjadi ') THEN clause_before
      ELSE regexp_extract(
        text_between, '\b(?:dan|serta|sekaligus|sedangkan|sementara|sehingga|tetapi|padahal) ([^.,;:!?\n"“”]*)$', 1
      )
        || regexp_extract(text_between, '\byang (me\w+ )$', 1) -- the other words belong to the figure before
    END AS words_before
  FROM narrow_clauses
)
SELECT w.article_id, w.version_id, w.figure_no,
  arg_min(
    concat_ws(
      ', ', s.name,
      CASE WHEN s.units <> $people AND s.units <> $buildings THEN coalesce(w.currency, u.unit, w.unit) END,
      CASE WHEN regexp_matches(w.scope, $over_period) THEN 'over a period' END,
      CASE WHEN regexp_matches(w.scope, $over_region) THEN 'over a region' END
    ),
    fit
  ) AS subject,
  arg_min(s.changes, fit) AS changes,
  any_value(trim(w.words_before || w.words_after)) AS words
FROM worded AS w
JOIN unit_subjects AS s
  ON s.unit IS NOT DISTINCT FROM w.unit
  AND s.is_money = (w.currency IS NOT NULL)
  AND (regexp_matches(w.words_after, s.words) OR regexp_matches(w.words_before, s.words))
  AND (s.without IS NULL OR NOT regexp_matches(w.words_before || w.words_after, s.without))
LEFT JOIN (
  VALUES ('kg', 'kilogram'), ('gr', 'gram'), ('km', 'kilometer'), ('cm', 'sentimeter'), ('m', 'meter')
) AS u (short, unit)
  ON u.short = w.unit
CROSS JOIN LATERAL (
  -- words after the figure first, then the nearest before it
  SELECT CASE
      WHEN regexp_matches(w.words_after, s.words) THEN (0, 0, s.place)
      ELSE (1, length(regexp_replace(w.words_before, '^.*(?:' || s.words || ')', '')), s.place)
    END AS fit
)
WHERE NOT regexp_matches(w.words_before || w.words_after, $not_in_clause)
  AND NOT regexp_matches(w.words_before, $not_before)
  AND NOT regexp_matches(w.sentence_before || '#' || w.sentence_after, $not_in_sentence)
  -- 53 penumpang dan 12 kru: the one is a part
  AND NOT (
    regexp_full_match(w.sentence_after, ',? (dan|serta|beserta|ditambah|plus) ')
    AND regexp_full_match(w.unit, $people)
    AND w.unit_after <> w.unit
    AND regexp_full_match(w.unit_after, $people)
  )
  -- another year; a loss is often that of several
  AND (
    w.currency IS NOT NULL
    OR NOT regexp_matches(
      replace(
        regexp_replace(w.sentence_before || '#' || w.sentence_after, '\(\d+/\d+/\d+\)', '', 'g'), w.story_year::VARCHAR,
        ''
      ),
      '\b(19|20)\d\d\b'
    )
  )
GROUP BY w.article_id, w.version_id, w.figure_no;

-- Ten paragraphs with a quote, and ten with a figure, as a draft may have them.
(
  SELECT '“' || rtrim(text, '.,') || ',” kata ' || speaker_name || '.' AS paragraph
  FROM (
    SELECT text, speaker_name
    FROM core.quotes
    WHERE quote_type = 'direct' AND speaker_name IS NOT NULL AND NOT contains(text, chr(10))
  ) USING SAMPLE 10 ROWS (RESERVOIR, 7)
)
UNION ALL
(
  SELECT 'Laporan itu menyebut ' || phrase || '.' AS paragraph
  FROM (
    SELECT replace(v.body_text[greatest(f.char_start - 60, 1):f.char_end + 20], chr(10), ' ') AS phrase
    FROM core.figures AS f
    JOIN core.article_versions AS v USING (version_id)
    WHERE f.unit IS NOT NULL
  ) USING SAMPLE 10 ROWS (RESERVOIR, 7)
);

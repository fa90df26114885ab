-- Which paragraphs of these articles changed from each version to the next, with the columns of the view of that name.
-- Texts, figures, quotes and names are read by their rows: a join alone would read those of all articles.
CREATE OR REPLACE MACRO mart.paragraph_diffs_of(article_ids) AS TABLE
WITH versions AS (
  SELECT article_id, version_id, headline, body_text, lag(version_id) OVER w AS before_id,
    lead(version_id) OVER w AS after_id
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (SELECT unnest(article_ids)))
  WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
), paragraphs AS (
  SELECT article_id, version_id, before_id, after_id, unnest(lines) AS text, generate_subscripts(lines, 1) - 1 AS no
  FROM (SELECT *, list_prepend(headline, string_split(body_text, chr(10))) AS lines FROM versions)
), added_paragraphs AS (
  SELECT p.*
  FROM paragraphs AS p
  ANTI JOIN paragraphs AS o ON o.version_id = p.before_id AND o.text = p.text AND (o.no = 0) = (p.no = 0)
  WHERE p.before_id IS NOT NULL AND p.text IS NOT NULL
), removed_paragraphs AS (
  SELECT p.*
  FROM paragraphs AS p
  ANTI JOIN paragraphs AS o ON o.version_id = p.after_id AND o.text = p.text AND (o.no = 0) = (p.no = 0)
  WHERE p.after_id IS NOT NULL AND p.text IS NOT NULL
), edited_paragraphs AS (
  SELECT a.version_id, a.no, r.no AS old_no,
    CASE WHEN a.no = 0 THEN 1 ELSE jaro_similarity(a.text, r.text) END AS likeness
  FROM added_paragraphs AS a
  JOIN removed_paragraphs AS r ON r.after_id = a.version_id AND (r.no = 0) = (a.no = 0)
  WHERE likeness > 0.8
  QUALIFY row_number() OVER (PARTITION BY a.version_id, a.no ORDER BY likeness DESC, r.no) = 1
    AND row_number() OVER (PARTITION BY a.version_id, r.no ORDER BY likeness DESC, a.no) = 1
), changes AS (
  SELECT coalesce(a.article_id, r.article_id) AS article_id, coalesce(a.before_id, r.version_id) AS from_version_id,
    coalesce(a.version_id, r.after_id) AS to_version_id,
    CASE WHEN e.no IS NOT NULL THEN 'edited' WHEN a.no IS NOT NULL THEN 'added' ELSE 'removed' END AS change,
    coalesce(a.no, r.no) AS paragraph_no, r.no AS old_no, r.text AS text_before, a.text AS text_after
  FROM added_paragraphs AS a
  LEFT JOIN edited_paragraphs AS e ON e.version_id = a.version_id AND e.no = a.no
  FULL JOIN removed_paragraphs AS r ON r.after_id = e.version_id AND r.no = e.old_no
), facts AS (
  SELECT version_id, no, 'number' AS kind, unnest(regexp_extract_all(text, '\d[\d.,]*\b')) AS content FROM paragraphs
  UNION ALL
  SELECT version_id, paragraph_no, 'number', value::VARCHAR FROM core.figures
  WHERE rowid IN (SELECT rowid FROM core.figures SEMI JOIN versions USING (version_id))
  UNION ALL
  SELECT version_id, paragraph_no, 'quote', text FROM core.quotes
  WHERE rowid IN (SELECT rowid FROM core.quotes SEMI JOIN versions USING (version_id)) AND quote_type <> 'indirect'
  UNION ALL
  SELECT version_id, paragraph_no, 'name', unnest(string_split(lower(text), ' ')) FROM core.entity_mentions
  WHERE rowid IN (SELECT rowid FROM core.entity_mentions SEMI JOIN versions USING (version_id))
    AND mention_type IN ('name', 'short_name', 'acronym')
), linked_facts AS (
  SELECT f.*, v.before_id, v.after_id FROM facts AS f JOIN versions AS v USING (version_id)
), new_facts AS (
  SELECT t.version_id AS to_version_id, t.no AS new_no, NULL AS old_no, t.kind, t.content
  FROM linked_facts AS t
  JOIN versions AS v ON v.version_id = t.before_id
  ANTI JOIN facts AS o ON o.version_id = t.before_id AND o.kind = t.kind AND o.content = t.content
  WHERE t.kind <> 'name' OR NOT contains(lower(v.body_text), t.content)
  UNION
  SELECT t.after_id, NULL, t.no, t.kind, t.content
  FROM linked_facts AS t
  JOIN versions AS v ON v.version_id = t.after_id
  ANTI JOIN facts AS o ON o.version_id = t.after_id AND o.kind = t.kind AND o.content = t.content
  WHERE t.kind <> 'name' OR NOT contains(lower(v.body_text), t.content)
), kinds AS (
  SELECT to_version_id, change, paragraph_no, list_sort(list(DISTINCT kind)) AS kinds,
    count(DISTINCT content) FILTER (kind = 'quote' AND n.new_no IS NOT NULL) AS quotes_added,
    count(DISTINCT content) FILTER (kind = 'quote' AND n.old_no IS NOT NULL) AS quotes_removed
  FROM changes AS c
  JOIN new_facts AS n USING (to_version_id)
  WHERE n.new_no = c.paragraph_no AND c.text_after IS NOT NULL OR n.old_no = c.old_no
  GROUP BY ALL
)
SELECT
  c.article_id,
  c.from_version_id,
  c.to_version_id,
  c.change,
  c.paragraph_no,
  c.text_before,
  c.text_after,
  list_filter([
    CASE WHEN c.paragraph_no = 0 THEN 'headline' END,
    CASE WHEN list_contains(k.kinds, 'number') THEN 'number' END,
    CASE WHEN list_contains(k.kinds, 'quote') THEN 'quote' END,
    CASE WHEN list_contains(k.kinds, 'name') THEN 'name' END,
    CASE WHEN regexp_matches(c.text_after,
      '(?i)^\W*(ralat|koreksi|pembetulan|pembaruan|pemutakhiran|update|catatan (redaksi|editor)|nota (editor|'
        || 'pengarang)|corrections?|corrected|clarification|editor.s note)\s*([])}:(/–—-]|redaksi)'
        || '|\b(artikel|berita|judul|naskah|tulisan|laporan|teks|isi)\b.{0,40}\b(telah|sudah|kami|'
        || 'pernah)\s+(\w+ )?(di)?(ralat|koreksi|perbarui|perbaiki|perbaharui|mutakhirkan|sunting|ubah|betulkan|'
        || 'perbetulkan|kemas ?kini)'
        || '|\b(redaksi|kami) (memohon|meminta|mohon) maaf\b|\b(sebelumnya|semula) (tertulis|disebut(kan)?|ditulis|'
        || 'tertera)\b'
        || '|\bthis (article|story|report|headline|post) (has been|was) (since )?(updated|corrected|amended|'
        || 'clarified)\b|\ban? (earlier|previous) version of this\b')
      THEN 'correction' END
  ], lambda kind: kind IS NOT NULL) AS kinds,
  coalesce(k.quotes_added, 0) AS quotes_added,
  coalesce(k.quotes_removed, 0) AS quotes_removed
FROM changes AS c
LEFT JOIN kinds AS k USING (to_version_id, change, paragraph_no);

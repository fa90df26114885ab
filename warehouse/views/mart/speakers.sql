-- Who said every quote, by core.identities: one name for one person, body or office. What the article writes is in
-- core.quotes; a word such as dia or jaksa is nobody's name.
CREATE OR REPLACE VIEW mart.speakers AS
SELECT
  q.version_id, -- core.quotes
  q.quote_no, -- core.quotes
  -- words that are nobody's name speak for nobody
  CASE WHEN coalesce(a.kind, s.kind) IS DISTINCT FROM 'none'
    THEN coalesce(a.canonical_name, s.canonical_name, q.speaker_name) END AS speaker, -- the person or body meant,
    -- under one name (core.identities); NULL where nobody is resolved
  CASE WHEN coalesce(a.kind, s.kind) IS DISTINCT FROM 'none'
    THEN coalesce(a.canonical_id, s.canonical_id, q.speaker_entity_id) END AS speaker_entity_id, -- the same under
    -- every name
  q.speaker_surface,
  coalesce(o.canonical_name, q.speaker_role) AS speaker_role, -- the office in its full form: Menteri Sosial for Mensos
  CASE WHEN b.kind IS DISTINCT FROM 'none'
    THEN coalesce(b.canonical_name, q.speaker_affiliation) END AS speaker_affiliation, -- the body in its full form
  CASE WHEN b.kind IS DISTINCT FROM 'none'
    THEN coalesce(l.canonical_id, b.canonical_id, q.affiliation_entity_id)
  END AS affiliation_entity_id, -- the same under every name; another one in every article for a body without its region
  -- words that say there is no class, as of a candidate, are decisive too
  if(
    q.speaker_class_evidence IS NULL, coalesce(h.speaker_class, t.speaker_class), q.speaker_class
  ) AS speaker_class, -- government, police_military, legislature, court, business, academic, civil_society, citizen,
    -- celebrity; NULL where nothing tells
  CASE
    WHEN q.speaker_class IS NOT NULL THEN q.speaker_class_evidence
    WHEN q.speaker_class_evidence IS NULL THEN coalesce(h.speaker_class_evidence, t.speaker_class_evidence)
  END AS speaker_class_evidence, -- what says so: office, body; surface: the words for an unnamed speaker; text: words
    -- beside the name in the article; list: a file of known people; corpus: other articles
  t.speaker_gender, -- female, male; NULL unless kliping.toml turns it on, and where nothing tells
  t.speaker_gender_evidence, -- text: words beside the name; name: the first name alone
  q.rowid AS quote_row -- of core.quotes; see mart.row_ranges
FROM core.quotes AS q
LEFT JOIN core.identities AS a ON a.entity_id = q.speaker_entity_id AND a.article_id = q.article_id
LEFT JOIN core.identities AS s ON s.entity_id = q.speaker_entity_id AND s.article_id IS NULL
LEFT JOIN core.identities AS o ON o.kind = 'office' AND lower(o.name) = lower(q.speaker_role)
LEFT JOIN core.identities AS l ON l.entity_id = q.affiliation_entity_id AND l.article_id = q.article_id
LEFT JOIN core.identities AS b ON b.entity_id = q.affiliation_entity_id AND b.article_id IS NULL
LEFT JOIN core.person_traits AS h
  ON h.entity_id = coalesce(a.canonical_id, s.canonical_id, q.speaker_entity_id) AND h.article_id = q.article_id
LEFT JOIN core.person_traits AS t
  ON t.entity_id = coalesce(a.canonical_id, s.canonical_id, q.speaker_entity_id) AND t.article_id IS NULL;

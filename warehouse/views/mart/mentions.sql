-- Every place where a person or an organisation is named, in the current version of every article.
CREATE OR REPLACE VIEW mart.mentions AS
SELECT
  e.article_id, -- the article
  e.mention_no, -- 1-based, in the order of the text
  m.source_name,
  m.day,
  m.is_cluster_lead,
  coalesce(a.canonical_id, i.canonical_id, e.entity_id) AS entity_id, -- the same in every article, under every name
  coalesce(a.canonical_name, i.canonical_name, e.entity_name) AS entity, -- its one name (core.identities), else the
    -- full name that the article gives
  coalesce(a.kind, i.kind, e.entity_type) AS kind, -- person, organization, place, product, unknown; none: words
    -- that are no name (core.identities); 'column.kind' of mart.rules was not measured on real pages
  e.mention_type,
  e.rule_id,
  list_filter(
    [
      CASE WHEN core.is_ruled(e.rule_id) THEN 'rule' END,
      CASE WHEN e.is_tagged THEN 'tagger' END
    ],
    lambda witness: witness IS NOT NULL
  ) || coalesce(w.witnesses, []::VARCHAR[]) AS witnesses, -- what speaks for the name as it is written: a rule in this
    -- article; the tagger; corpus: rules found it in three articles or in two outlets; list: it is a known name
  core.is_ruled(e.rule_id) OR w.witnesses IS NOT NULL AS is_confirmed, -- the tagger is not the only one
  e.version_id, -- the text it is in
  e.paragraph_no,
  e.char_start,
  e.char_end,
  m.headline, -- of the article
  m.url, -- of the article
  e.text -- as written
FROM core.entity_mentions AS e
JOIN mart.article_metadata AS m USING (version_id)
LEFT JOIN core.identities AS a ON a.entity_id = e.entity_id AND a.article_id = e.article_id
LEFT JOIN core.identities AS i ON i.entity_id = e.entity_id AND i.article_id IS NULL
LEFT JOIN core.name_witnesses AS w ON w.entity_id = e.entity_id;

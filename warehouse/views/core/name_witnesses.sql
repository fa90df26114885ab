-- What speaks for a name beside the articles that have it.
CREATE OR REPLACE VIEW core.name_witnesses AS
SELECT
  entity_id, -- core.names
  list_filter(
    [CASE WHEN has_corpus_witness THEN 'corpus' END, CASE WHEN is_listed THEN 'list' END], lambda w: w IS NOT NULL
  ) AS witnesses -- corpus: rules found it in three articles or in two outlets; list: it is in a list of known names
FROM core.names
WHERE has_corpus_witness OR is_listed;

-- A second witness of who is named: a tagger that reads beside the rules.
ALTER TABLE core.entity_mentions ADD COLUMN is_tagged BOOLEAN;
COMMENT ON COLUMN core.entity_mentions.is_tagged IS 'the tagger sees a name of that kind there; NULL in rows of a parser without one';

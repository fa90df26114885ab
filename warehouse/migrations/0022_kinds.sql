-- Names of products and places are told from those of people.
COMMENT ON COLUMN core.entity_mentions.entity_type IS 'person, organization, place, product, unknown (a name that may be a person''s or a thing''s)';

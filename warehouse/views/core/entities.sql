-- People and organisations, by their mentions.
CREATE OR REPLACE VIEW core.entities AS
SELECT
  entity_id, -- hash of type and name in lower case
  any_value(entity_type) AS entity_type, -- person, organization, place, product, unknown
  core.one_spelling(entity_name) AS name -- the full name
FROM core.entity_mentions
GROUP BY entity_id;

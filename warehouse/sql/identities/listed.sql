-- Changed names that are in a list of known names: $kinds and $keys have the kind and the key of each spelling.
UPDATE core.names
SET is_listed = NOT is_listed
WHERE entity_id IN (FROM changed_names) AND is_listed <> (entity_id IN (
  SELECT entity_id
  FROM core.names AS n
  JOIN (SELECT unnest($kinds::VARCHAR[]) AS kind, unnest($keys::VARCHAR[]) AS key) AS k
    ON k.kind = CASE n.kind WHEN 'unknown' THEN 'person' ELSE n.kind END
    AND k.key = trim(regexp_replace(translate(lower(n.name), '.’‘`', ' '''''''), '\s+', ' ', 'g'))
  WHERE n.entity_id IN (FROM changed_names)
));

-- All names are to link.
CREATE OR REPLACE TEMP TABLE names_left AS
SELECT entity_id FROM changed_names
UNION
SELECT entity_id FROM ops.name_keys;

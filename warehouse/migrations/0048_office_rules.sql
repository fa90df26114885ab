-- Which rule found the office of a speaker.
ALTER TABLE core.quotes ADD COLUMN office_rule_id VARCHAR;
COMMENT ON COLUMN core.quotes.office_rule_id IS 'ref.rules: what found speaker_role and speaker_affiliation; office.kin: a relative or friend of somebody, no office; NULL without them, and in rows of a parser before it';

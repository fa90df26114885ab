-- How sure the speaker of a quote is, and the likeliest one where no speaker is sure enough.
ALTER TABLE core.quotes ADD COLUMN confidence DOUBLE;
ALTER TABLE core.quotes ADD COLUMN speaker_candidate VARCHAR;
COMMENT ON COLUMN core.quotes.confidence IS '0 to 1, that the speaker is the right one, or the candidate where there is no speaker; NULL where nobody is known';
COMMENT ON COLUMN core.quotes.speaker_candidate IS 'the likeliest person meant, where confidence is too low for speaker_name';
COMMENT ON COLUMN core.entity_mentions.entity_type IS 'person, organization, unknown (a name that may be a person''s or a thing''s)';

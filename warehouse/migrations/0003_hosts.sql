-- What else politeness knows of a host, and how an answer was coded on its way.
ALTER TABLE ops.hosts ADD COLUMN blocked_since TIMESTAMP;
ALTER TABLE ops.hosts ADD COLUMN validators_lied_at TIMESTAMP;
ALTER TABLE raw.fetches ADD COLUMN content_encoding VARCHAR;
COMMENT ON COLUMN ops.hosts.blocked_since IS 'since when it answers with challenges (UTC); NULL while it lets us in';
COMMENT ON COLUMN ops.hosts.validators_lied_at IS 'when its ETag or Last-Modified called a changed page unchanged (UTC); they are not sent for a month';
COMMENT ON COLUMN raw.fetches.content_encoding IS 'how the body was coded on the wire, as sent';

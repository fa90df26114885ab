-- What the checks found. Key: (run_id, check_id).
CREATE TABLE ops.quality_results (
  run_id VARCHAR NOT NULL, -- the run they were made for; 'check' and the time where an operator asked for them
  check_id VARCHAR NOT NULL, -- C01, C02, …
  name VARCHAR NOT NULL, -- file name of the check
  severity VARCHAR NOT NULL, -- row, error: nothing is published while it is there; warn
  checked_at TIMESTAMP NOT NULL, -- UTC
  n_found BIGINT NOT NULL, -- rows that break the check; 0 where all is well
  sample JSON -- the first of them
);

-- Articles that loads have touched since the checks last found no error: what the next run has to look at. Key: article_id.
CREATE TABLE ops.unchecked (
  article_id VARCHAR NOT NULL -- core.articles; it may be there no more
);

COMMENT ON COLUMN ops.quarantine.resolved_at IS 'when the same address became an article after all, was asked for again or closed by an operator, UTC';
COMMENT ON COLUMN ops.quarantine.resolution IS 'loaded, ignored (by an operator), asked again (a further answer has a row of its own)';
COMMENT ON COLUMN ops.quarantine.parser_version IS 'the parser that last refused it; another one tries again';

-- What the steps of a run took, so that one that grows faster than the home is found.
ALTER TABLE ops.runs ADD COLUMN steps STRUCT(step VARCHAR, cpu_seconds DOUBLE)[];
COMMENT ON COLUMN ops.runs.steps IS 'processor time of load, of each step after it, of checks and publish, in the process of the run; not that of worker processes; NULL before version 0.2';
ALTER TABLE ops.runs ADD COLUMN n_articles BIGINT;
COMMENT ON COLUMN ops.runs.n_articles IS 'articles in the home at the end of the run; NULL before version 0.2';
COMMENT ON COLUMN core.event_pairs.similarity IS 'cosine of the weighted words of headlines and openings, four fifths of it for two pages of one site; 0.1 to 1';

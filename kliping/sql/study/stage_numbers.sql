-- study_numbers: the numbers of a study with their intervals and estimates, as rows.
CREATE OR REPLACE TEMP TABLE study_numbers AS
SELECT row.*
FROM (
  SELECT unnest(from_json($rows, '[{
    "subject": "VARCHAR",
    "name": "VARCHAR",
    "n": "BIGINT",
    "n_articles": "BIGINT",
    "of_n": "BIGINT",
    "share": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "missed_state": "VARCHAR",
    "missed_n": "BIGINT",
    "missed_low": "BIGINT",
    "missed_high": "BIGINT"
  }]')) AS row
);

-- study_numbers: the numbers of a study with their estimates, as rows.
CREATE OR REPLACE TEMP TABLE study_numbers AS
SELECT row.*
FROM (SELECT unnest(from_json($rows, $shape)) AS row);

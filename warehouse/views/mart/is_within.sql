-- Whether a day is in a range, both ends included; without an end all days are.
CREATE OR REPLACE MACRO mart.is_within(day, since, until) AS
day BETWEEN coalesce(since::DATE, '-infinity') AND coalesce(until::DATE, 'infinity');

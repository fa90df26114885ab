-- Rules, the precision they were shipped with, and what people of this home judged.
CREATE OR REPLACE VIEW mart.rules AS
WITH judged AS (
  SELECT rule_id, count(*) AS n, avg(is_right::INTEGER) AS p
  FROM ref.judgements
  GROUP BY rule_id
), with_interval AS (
  SELECT *, (p + 1.92 / n) / (1 + 3.84 / n) AS middle,
    1.96 * sqrt(p * (1 - p) / n + 0.96 / n ** 2) / (1 + 3.84 / n) AS half
  FROM judged
)
SELECT
  r.rule_id, -- ref.rules
  r.target, -- quote, speaker, office, mention, figure, date, place, acronym, topic, identity, event, comparison;
    -- column: all rows of a column, whatever their rule
  r.description,
  r.precision, -- share of its rows that are right; NULL where fewer than 15 were judged on real pages
  r.n,
  r.low, -- lower end of the 95 % Wilson interval
  r.high,
  r.measured_on, -- the text whose rows were judged
  round(j.p, 3) AS judged_precision, -- the same in this home: share of right verdicts
  coalesce(j.n, 0) AS judged_n, -- verdicts in this home
  abs(round(j.middle - j.half, 3)) AS judged_low, -- lower end of the 95 % Wilson interval
  round(j.middle + j.half, 3) AS judged_high -- upper end of it
FROM ref.rules AS r
LEFT JOIN with_interval AS j USING (rule_id);

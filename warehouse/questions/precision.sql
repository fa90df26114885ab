-- How often each rule is right, on unseen text and by the verdicts of `kliping sample --read`.
--
-- id: Seberapa sering tiap aturan benar, pada teks yang belum pernah dilihat dan menurut penilaian `kliping sample
--   --read`.
SELECT rule_id, precision, n, low, high, judged_precision, judged_n, judged_low, judged_high
FROM mart.rules
ORDER BY target, rule_id;

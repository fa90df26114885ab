-- Whether the latest twenty runs went well, and how many pages they quarantined.
--
-- id: Apakah dua puluh proses terakhir berjalan baik, dan berapa halaman yang dikarantina.
WITH quarantine_counts AS (
  SELECT run_id, count(*) AS n, list_sort(list(DISTINCT reason_code)) AS reasons
  FROM ops.quarantine
  GROUP BY run_id
)
SELECT
  r.run_id,
  r.trigger,
  r.state,
  date_diff('second', r.started_at, r.finished_at) AS seconds,
  r.n_new,
  r.n_changed,
  r.n_metadata_changed,
  r.n_failed,
  coalesce(quarantine_counts.n, 0) AS quarantined,
  quarantine_counts.reasons
FROM ops.runs AS r
LEFT JOIN quarantine_counts USING (run_id)
WHERE mart.is_within(mart.wib_date(r.started_at), $since, $until)
  AND filter_by(
    $source,
    r.run_id IN (
      SELECT f.run_id
      FROM raw.fetches AS f
      LEFT JOIN mart.outlets AS s USING (source_id)
      WHERE $source IN (f.source_id, s.source_name)
    )
  )
ORDER BY r.started_at DESC, r.run_id DESC
LIMIT 20;

-- What each step of a run takes: in the last run, and for 100 articles in the middle of the last ten runs and of the
-- oldest ten of the last two hundred. A step grows faster than the home if its cost has grown by half more than that.
WITH runs AS (
  SELECT
    row_number() OVER (ORDER BY started_at DESC, run_id DESC) AS n,
    n_articles,
    steps,
    greatest(1, (coalesce(n_new, 0) + coalesce(n_changed, 0)) / 100) AS n_hundreds
  FROM ops.runs
  WHERE steps IS NOT NULL
  QUALIFY n <= 200
),

costs AS (
  SELECT n, n_articles, n_hundreds, unnest(steps, max_depth := 2)
  FROM runs
),

compared AS (
  SELECT
    step,
    max(cpu_seconds) FILTER (WHERE n = 1) AS last_cpu_seconds,
    median(cpu_seconds / n_hundreds) FILTER (WHERE n <= 10) AS cpu_seconds,
    median(cpu_seconds / n_hundreds) FILTER (WHERE n > oldest.n_runs - 10) AS earlier_cpu_seconds,
    median(n_articles) FILTER (WHERE n <= 10) AS n_articles,
    median(n_articles) FILTER (WHERE n > oldest.n_runs - 10) AS earlier_n_articles,
    any_value(oldest.n_runs) AS n_runs
  FROM costs
  CROSS JOIN (SELECT count(*) AS n_runs FROM runs) AS oldest
  GROUP BY step
)

SELECT
  *,
  n_runs >= 20
  AND cpu_seconds >= 1
  AND cpu_seconds / greatest(earlier_cpu_seconds, 0.1) > 1.5 * n_articles / greatest(earlier_n_articles, 1)
    AS is_growing
FROM compared
ORDER BY last_cpu_seconds DESC NULLS LAST, step;

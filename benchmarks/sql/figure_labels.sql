-- For each labelled pair of figures: whether the home has both, in one event, and what `mart.figure_comparisons` says.
WITH labels AS (
  SELECT unnest($labels, recursive := TRUE)
), printed AS (
  SELECT m.url, e.event_id, m.source_name, f.value, f.text
  FROM core.article_events AS e
  JOIN mart.article_metadata AS m USING (article_id)
  JOIN core.figures AS f ON f.version_id = e.version_id
  SEMI JOIN (SELECT unnest([earlier_url, later_url]) AS url FROM labels) AS l ON l.url = m.url
), pairs AS (
  SELECT DISTINCT l.n, l.what, l.label, l.also_ok, x.event_id, x.source_name AS outlet, x.value,
    y.source_name AS other_outlet, y.value AS other_value
  FROM labels AS l
  JOIN printed AS x ON x.url = l.earlier_url AND contains(lower(x.text), lower(l.earlier_text))
  JOIN printed AS y ON y.url = l.later_url AND contains(lower(y.text), lower(l.later_text)) AND y.event_id = x.event_id
), comparisons AS (
  SELECT row_number() OVER () AS row_no, event_id, subject, starts_with(verdict, 'lead') AS is_lead, verdict, [
    {'value': earlier_value, 'outlets': earlier_source_names}, {'value': later_value, 'outlets': later_source_names}
  ] AS pair
  FROM mart.figure_comparisons
), sides AS (
  SELECT * EXCLUDE (pair), unnest(pair, recursive := TRUE) FROM comparisons
), compared AS (
  SELECT p.n, bool_or(s.is_lead) AS is_lead, bool_or(s.verdict = 'one_origin') AS is_one_origin
  FROM pairs AS p
  JOIN sides AS s ON s.event_id = p.event_id AND p.value = s.value AND list_contains(s.outlets, p.outlet)
  JOIN sides AS t
    -- 8 to 9 and 9 to 10 are the rows of 8 against 10
    ON if(s.is_lead, t.event_id = s.event_id AND t.subject = s.subject AND t.is_lead, t.row_no = s.row_no)
      AND (s.value <> t.value OR NOT s.is_lead)
      AND p.other_value = t.value
      AND list_contains(t.outlets, p.other_outlet)
  GROUP BY p.n
)
SELECT l.what, l.label, l.also_ok, bool_or(p.n IS NOT NULL) AS is_in_one_event,
  any_value(CASE WHEN c.is_lead THEN 'lead' WHEN c.is_one_origin THEN 'one_origin' WHEN NOT c.is_lead THEN 'agree' END)
    AS found
FROM labels AS l
LEFT JOIN pairs AS p USING (n)
LEFT JOIN compared AS c USING (n)
GROUP BY l.n, l.what, l.label, l.also_ok
ORDER BY l.n;

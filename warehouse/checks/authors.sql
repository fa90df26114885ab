-- C27 warn: no author of an outlet stands on a day on articles that JSON-LD gives to three others, as a line beside the
-- text on every page does.
SELECT source_id, date_published::DATE AS day, authors, count(*) AS n, min(url) AS url
FROM new_articles
WHERE provenance ->> 'authors' <> 'jsonld'
  AND NOT list_has_any(string_split(lower(authors), '; '), string_split(lower(provenance ->> 'authors_jsonld'), '; '))
GROUP BY source_id, day, authors
HAVING count(DISTINCT provenance ->> 'authors_jsonld') >= 3;

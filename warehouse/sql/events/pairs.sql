-- The originals of the day that may be about one event with an earlier one, of that day or of the three before it.
--
-- word_weights: the rare words of each original, by how rare they are in these days
-- fact_weights: likewise what it names
-- original_sizes: the length of each original's weights
-- similar_pairs: pairs that share rare words
-- pair_evidence: what speaks for one event and against it, each from 0 to 1, and the days between them

CREATE OR REPLACE TEMP TABLE word_weights AS
WITH counts AS (
  SELECT word, count(*) AS n_originals, (SELECT greatest(count(DISTINCT original), 50) FROM original_words) AS n_all FROM original_words GROUP BY word
)
SELECT s.day, s.original, s.word, s.in_headline, ln((n_all + 1) / n_originals) AS rarity, (1 + ln(s.n)) * rarity AS weight
FROM original_words AS s
JOIN counts USING (word)
WHERE n_originals <= greatest(30, n_all / 50);
CREATE OR REPLACE TEMP TABLE fact_weights AS
WITH counts AS (
  SELECT kind, fact, count(*) AS n_originals, (SELECT greatest(count(DISTINCT original), 50) FROM original_words) AS n_all FROM original_facts GROUP BY ALL
)
SELECT s.original, s.kind, s.fact, pow(ln((n_all + 1) / n_originals), 2) AS weight
FROM original_facts AS s
JOIN counts USING (kind, fact);
CREATE OR REPLACE TEMP TABLE original_sizes AS
WITH facts AS (
  SELECT original,
    sum(weight) FILTER (kind = 'person') AS person,
    sum(weight) FILTER (kind = 'place') AS place,
    sum(weight) FILTER (kind = 'figure') AS figure,
    sum(weight) FILTER (kind = 'happening') AS happening
  FROM fact_weights
  GROUP BY original
)
SELECT w.original, e.article_id, e.story_at, sqrt(sum(w.weight * w.weight)) AS size, sum(w.rarity) FILTER (w.in_headline) AS headline,
  any_value(f.person) AS person, any_value(f.place) AS place, any_value(f.figure) AS figure, any_value(f.happening) AS happening
FROM word_weights AS w
JOIN original_numbers AS e USING (original)
LEFT JOIN facts AS f USING (original)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE similar_pairs AS
SELECT y.original, x.original AS earlier,
  sum(x.weight * y.weight) AS shared,
  sum(x.rarity) FILTER (x.in_headline) AS earlier_headline,
  sum(y.rarity) FILTER (y.in_headline) AS headline
FROM word_weights AS x
JOIN word_weights AS y USING (word)
WHERE y.day = getvariable('day') AND x.original < y.original
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE pair_evidence AS
WITH near_pairs AS (
  SELECT p.original, p.earlier, y.story_at - x.story_at AS apart,
    p.shared / (x.size * y.size) AS words,
    (coalesce(p.earlier_headline / x.headline, 0) + coalesce(p.headline / y.headline, 0)) / 2 AS headlines
  FROM similar_pairs AS p
  JOIN original_sizes AS x ON x.original = p.earlier
  JOIN original_sizes AS y ON y.original = p.original
  WHERE y.story_at - x.story_at <= INTERVAL 3 DAYS
    AND p.shared / (x.size * y.size) >= 0.05
), shared_facts AS (
  SELECT p.original, p.earlier,
    sum(x.weight) FILTER (x.kind = 'person') AS person,
    sum(x.weight) FILTER (x.kind = 'place') AS place,
    sum(x.weight) FILTER (x.kind = 'figure') AS figure,
    sum(x.weight) FILTER (x.kind = 'happening') AS happening
  FROM near_pairs AS p
  JOIN fact_weights AS x ON x.original = p.earlier
  JOIN fact_weights AS y ON y.original = p.original AND y.kind = x.kind AND y.fact = x.fact
  GROUP BY ALL
), counts AS (
  -- a count that does not change, falls though it can only rise, or is twice as high, is that of another event
  SELECT p.original, p.earlier,
    bool_or(x.lowest <= y.highest AND y.lowest <= x.highest) AS are_equal,
    bool_or(x.changes IS NULL OR x.changes = 'up' AND y.highest < 0.9 * x.lowest OR y.highest < 0.5 * x.lowest - 5 OR y.lowest > 2 * x.highest + 5) AS are_other
  FROM near_pairs AS p
  JOIN original_counts AS x ON x.original = p.earlier
  JOIN original_counts AS y ON y.original = p.original AND y.subject = x.subject
  GROUP BY ALL
)
SELECT y.article_id, x.article_id AS earlier_id, p.words, p.headlines, epoch(p.apart) / 86400 AS days,
  coalesce(s.person / sqrt(x.person * y.person), 0) AS people,
  coalesce(s.place / sqrt(x.place * y.place), 0) AS places,
  coalesce(s.figure / sqrt(x.figure * y.figure), 0) AS figures,
  coalesce(s.happening / sqrt(x.happening * y.happening), 0) AS happenings,
  coalesce(c.are_other AND NOT c.are_equal, FALSE)::INTEGER AS other_count,
  coalesce(s.person IS NULL AND x.person * y.person > 0, FALSE)::INTEGER AS other_people,
  coalesce(s.place IS NULL AND x.place * y.place > 0, FALSE)::INTEGER AS other_places,
  coalesce(s.figure IS NULL AND x.figure * y.figure > 0, FALSE)::INTEGER AS other_figures,
  coalesce(s.happening IS NULL AND x.happening * y.happening > 0, FALSE)::INTEGER AS other_happenings
FROM near_pairs AS p
JOIN original_sizes AS x ON x.original = p.earlier
JOIN original_sizes AS y ON y.original = p.original
LEFT JOIN shared_facts AS s ON s.original = p.original AND s.earlier = p.earlier
LEFT JOIN counts AS c ON c.original = p.original AND c.earlier = p.earlier;

-- The weights were chosen on the development half of benchmarks/events.
INSERT INTO core.event_pairs
SELECT getvariable('day'), article_id, earlier_id,
  round(1 / (1 + exp(4.5 - 6 * words - 3 * headlines - 2.5 * people - 2.5 * places - 3 * figures - 1.5 * happenings
    + 1.5 * other_people + 0.5 * other_places + 0.75 * other_figures + other_happenings + 3 * other_count + 1.5 * days)), 4) AS likelihood -- rounded: the order of a sum moves its last digits
FROM pair_evidence
WHERE likelihood >= 0.05;

-- Leads: figures about one event that articles give otherwise, and who gave them. First those that may contradict each
-- other, then those that a later count may have replaced. How often a lead is right was not measured on real pages:
-- read both articles.
--
-- id: Petunjuk: angka tentang satu peristiwa yang disebut berbeda oleh artikel, dan siapa yang menyebutnya. Lebih
--   dulu yang mungkin bertentangan, lalu yang mungkin diganti hitungan kemudian. Seberapa sering petunjuk benar belum
--   diukur pada halaman nyata: baca kedua artikel.
SELECT
  day,
  verdict,
  subject,
  array_to_string(earlier_source_names, ', ') AS earlier_outlets,
  earlier_figure,
  earlier_speaker,
  array_to_string(later_source_names, ', ') AS later_outlets,
  later_figure,
  later_speaker,
  minutes_after,
  earlier_headline,
  later_url
FROM mart.figure_comparisons
WHERE starts_with(verdict, 'lead')
  AND mart.is_within(day, $since, $until)
  AND coalesce(list_contains(earlier_source_names || later_source_names, $source), TRUE)
ORDER BY verdict, day DESC, event_id, subject, earlier_article_id, later_article_id, earlier_figure_no, later_figure_no
LIMIT 100;

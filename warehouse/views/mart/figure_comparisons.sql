-- What two articles about one event say of the same thing, copies left out: one row per pair of figures. Nothing says
-- which of two is right.
CREATE OR REPLACE VIEW mart.figure_comparisons AS
WITH paired_articles AS (
  -- a less likely pair is of one event through others only
  SELECT article_id, earlier_id FROM core.event_pairs WHERE similarity >= 0.31
), first_figures AS (
  SELECT s.article_id, s.figure_no
  FROM core.figure_subjects AS s
  JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
  SEMI JOIN (SELECT unnest([article_id, earlier_id]) AS article_id FROM paired_articles) AS l
    ON l.article_id = s.article_id
  QUALIFY row_number() OVER (PARTITION BY s.article_id, s.subject, f.value, f.value_high ORDER BY f.figure_no) = 1
), worded_figures AS (
  SELECT e.event_id, s.article_id, e.story_at, s.subject, s.words, f.figure_no, f.value, f.value_high, f.comparator,
    f.unit, f.text, f.version_id,
    p.speaker, p.speaker_entity_id, p.speaker_affiliation, p.speaker_role, p.speaker_class,
    -- what is seized grows or is weighed again, though in events the amount tells one from another
    CASE
      WHEN regexp_matches(s.subject, '^(money|vehicles) seized') THEN 'up'
      WHEN starts_with(s.subject, 'drugs seized') THEN 'both'
      ELSE s.changes
    END AS changes,
    CASE
      WHEN f.comparator = '~' THEN [f.value * 0.9, f.value * 1.1]
      WHEN f.comparator IN ('>', '>=') THEN [f.value, f.value * 1.25]
      WHEN f.comparator IN ('<', '<=') THEN [f.value * 0.8, f.value]
      ELSE [f.value, coalesce(f.value_high, f.value)]
    END AS figure_bounds,
    -- what one more in the last printed digit would be: ten million in Rp 318,45 miliar
    coalesce(
      f.value::DOUBLE / nullif(
        try_cast(replace(replace(regexp_extract(f.text, '\d[\d.,]*'), '.', ''), ',', '') AS DOUBLE), 0
      ),
      1
    ) AS last_place,
    -- 12 atau 14 orang: either may be the count
    contains(s.words, ' atau ') AND count(*) OVER (PARTITION BY s.article_id, s.subject, s.words) > 1 AS is_alternative,
    if(
      is_alternative,
      [
        min(f.value) OVER (PARTITION BY s.article_id, s.subject, s.words),
        max(f.value) OVER (PARTITION BY s.article_id, s.subject, s.words)
      ],
      figure_bounds
    ) AS bounds,
    -- rumah rusak kini 131 unit
    if(
      starts_with(s.subject, 'buildings'),
      if(lower(f.unit) = 'unit', regexp_extract(s.words, 'rumah|kios|bangunan|toko|ruko|lapak'), lower(f.unit)), NULL
    ) AS building,
    -- who is no generic victim: their count is a part of that of all
    if(
      contains(s.words, 'anak buah'), 'awak',
      regexp_extract(
        lower(f.unit),
        'anak|bocah|balita|bayi|remaja|pria|wanita|perempuan|laki-laki|lansia|prajurit|tentara|polisi|petugas|'
          || 'guru|awak|abk|kru'
      )
    ) AS people_group,
    regexp_matches(s.words, '\b(menjadi|total|seluruhnya|jumlah|kini|tersisa|tinggal)\b') AS is_total,
    -- the place where the figure counts, below the place of the event
    regexp_extract(
      s.words,
      '\b(?:kepala|wali|sekretaris|balai|kantor|aparat) (?:desa|nagari|dusun|kampung|kelurahan|kecamatan|'
        || 'distrik)\b|\b(?:desa|dusun|kelurahan|kecamatan|kampung|nagari|jorong|distrik|gampong|rt|rw) ([\w-]+)',
      1
    ) AS part_place,
    regexp_extract(
      s.words, '\b(?:rsud|rs|rumah sakit|puskesmas|klinik|(?:sd|smp|sma|smk|mts|ma)n? \d+)(?: [\w-]+)?'
    ) AS institution,
    -- the first name after di; no common noun
    list_filter(
      regexp_extract_all(
        s.words, '\bdi (?:kabupaten |kota |provinsi |pulau |lereng |kaki |gunung |seluruh )?([\w-]+)', 1
      ),
      lambda name: NOT regexp_full_match(
        name,
        '\d.*|se\w+|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|lokasi|tempat|titik|depan|dalam|luar|'
          || 'atas|bawah|tengah|antara\w*|dekat|kawasan|wilayah|daerah|kampung|desa|kecamatan|kelurahan|dusun|rumah|'
          || 'tenda|posko|balai|gedung|halaman|kantor|markas|pabrik|gudang|kapal|perahu|bus|rs\w*|puskesmas|klinik|pg|'
          || 'pesantren|pondok|asrama|kampus|sekolah|masjid|jalan|jalur|ruas|tol|km|kilometer|sungai|laut|perairan|'
          || 'pantai|pelabuhan|bandara|stasiun|terminal|pasar|tambang|kebun|hutan|sana|sini|situ|mana'
      )
    )[1] AS place,
    -- BPBD Jawa Timur counts more than BPBD Jember does
    regexp_extract(
      concat_ws(' ', lower(p.speaker_role), lower(p.speaker_affiliation), s.words),
      '\b(bpbd|bnpb|dinas \w+|dinkes|disnaker\w*|polres\w*|polda|pemkab|pemkot|pemprov) (?:kabupaten |kota |'
        || 'provinsi |daerah )?([\w-]+)',
      ['agency', 'place']
    ) AS counted_by,
    -- Di Bawean 774 rumah rusak: there alone
    regexp_extract(s.words, '^di ([\w -]{3,40}?),? (?:sebanyak |ada )?\d', 1) AS first_place,
    -- what carried them, or what was seized
    regexp_extract(
      s.words, '\b(?:bus|truk|pikap|mobil|minibus|travel|angkot|kereta|sabu|ganja|heroin|kokain|ekstasi)\b'
    ) AS kind,
    regexp_extract(
      s.words,
      '\bkerugian (?:di |pada )?(?:sektor )?(infrastruktur|pertanian|perikanan|peternakan|bangunan|fasilitas|'
        || 'jalan|tanaman|sawah|ternak|stok)\b',
      1
    ) AS sector,
    regexp_matches(lower(p.speaker_role), '\b(rsud|rsup|rs|rumah sakit|puskesmas|klinik)\b') IS TRUE
      OR regexp_matches(
        s.words, '\b(rsud|rsup|rs|rumah sakit|puskesmas|klinik)\b.* (mencatat|menyebut|menerima|menangani|mendata)\b'
      ) AS is_of_hospital,
    -- whom the words or the speaker name as the counter
    regexp_extract(
      regexp_replace(
        concat_ws(
          ' ', lower(coalesce(p.speaker, p.speaker_surface)), lower(p.speaker_role), lower(p.speaker_affiliation),
          replace(s.words, lower(f.text), '')
        ),
        '\b(ka)?(polda|polres|polsek|polri)\w*', 'polisi', 'g'
      ),
      '\b(?:polisi|bpbd|bnpb|bmkg|basarnas|kantor sar|tim sar|kpk|bnn|bea cukai|dinas \w+|dinkes|kejaksaan|'
        || 'kejari|kejati|jaksa|hakim|kementerian \w+|rsud|bps|serikat|paguyuban|asosiasi|aliansi|panitia|manajemen|'
        || 'perusahaan)\b'
    ) AS counter,
    -- who counts, where that is neither an authority nor the outlet
    concat_ws(' ',
      if(p.speaker_class IN ('business', 'academic', 'civil_society', 'citizen', 'celebrity'), p.speaker_class, NULL),
      regexp_extract(
        concat_ws(' ', lower(coalesce(p.speaker, p.speaker_surface)), s.words),
        '\b(warga|penduduk|serikat|paguyuban|asosiasi|aliansi|himpunan|perhimpunan|ikatan|persatuan|federasi|'
          || 'kuasa hukum|pengacara|keluarga|kerabat|tokoh|pemilik|operator|agen|maskapai|manajemen|perusahaan|'
          || 'direksi|panitia|pengelola|koordinator|lsm|yayasan|relawan|saksi|'
          || 'citra satelit)\b,?(?: \S+){0,7} (?:menyebut|menunjukkan|menyatakan|mengatakan|mencatat|mendata|bertahan|'
          || 'menghitung|menaksir|memperkirakan|meyakini|menduga|melaporkan|mengungkapkan|menilai|menuding)\b',
        1
      ),
      regexp_extract(s.words, '\b(?:meng)?klaim')
    ) AS party
  FROM core.figure_subjects AS s
  JOIN core.article_events AS e USING (article_id)
  JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
  LEFT JOIN mart.speakers AS p ON p.version_id = f.version_id AND p.quote_no = f.quote_no
  SEMI JOIN first_figures AS r ON r.article_id = s.article_id AND r.figure_no = s.figure_no
  -- a part of the count, or bodies that were only moved
  WHERE NOT regexp_matches(s.words, '\bterdiri\b')
    -- heights and lengths are no counts
    AND NOT regexp_matches(s.subject, '^(water level|ash column|road buried|queue of traffic)')
    AND NOT (
      regexp_matches(lower(f.unit), '^(jenazah|mayat)$')
      AND regexp_matches(s.words, '\bditemukan\b')
      AND NOT regexp_matches(s.words, '\b(hingga|sampai|sudah|telah|total|seluruhnya)\b')
    )
    AND NOT regexp_matches(
      split_part(s.words, lower(f.text), 2),
      '\b(berat|parah|ringan|sedang|kritis|dewasa|dibawa|diterbangkan|dipulangkan|diserahkan|dimakamkan|dikenali|'
        || 'teridentifikasi)\b'
    )
), subject_figures AS (
  SELECT *,
    sum(value) OVER own AS total,
    list(value) OVER own AS own_values,
    count(*) OVER counted AS n_counts
  FROM worded_figures
  WINDOW own AS (PARTITION BY article_id, subject),
    counted AS (PARTITION BY article_id, subject, building, trim(party) = '')
  -- an article counts a thing once: the other figures are its parts, or what came on top; two sentences are those of
  -- two people
  QUALIFY regexp_matches(subject, '^(prison|fine|compensation|bribe|loss)')
    OR bounds[2] >= coalesce(max(bounds[2]) FILTER (is_total) OVER counted, max(bounds[2]) OVER counted)
    OR speaker <> arg_max(speaker, value) OVER counted
), pairs AS (
  SELECT x, y,
    x.value = y.value AND x.value_high IS NOT DISTINCT FROM y.value_high AS is_equal,
    abs(x.value - y.value)::DOUBLE / greatest(x.last_place, y.last_place) AS places_apart,
    -- rounded to the other's last place, or cut there where that hardly matters
    -- at least eight and at least nine are two counts
    x.bounds[1] <= y.bounds[2]
    AND y.bounds[1] <= x.bounds[2]
    AND NOT (x.comparator IN ('>', '>=') AND y.comparator IN ('>', '>='))
      OR places_apart < 0.501
      OR places_apart < 0.999 AND abs(x.value - y.value) < 0.01 * greatest(x.value, y.value) AS is_compatible,
    x.speaker_entity_id = y.speaker_entity_id OR x.speaker_affiliation = y.speaker_affiliation AS is_same_counter,
    x.speaker_entity_id <> y.speaker_entity_id AND x.speaker_affiliation <> y.speaker_affiliation AS are_other_speakers,
    coalesce(
      x.speaker_class IN ('government', 'police_military') AND y.speaker_class IN ('government', 'police_military'),
      FALSE
    ) AS are_authorities,
    date_diff('minute', x.story_at, y.story_at) AS minutes_after
  FROM subject_figures AS x
  JOIN subject_figures AS y
    ON y.event_id = x.event_id
      AND y.subject = x.subject
      AND x.building IS NOT DISTINCT FROM y.building
      AND (x.story_at, x.article_id) < (y.story_at, y.article_id)
  JOIN paired_articles AS l ON l.article_id = y.article_id AND l.earlier_id = x.article_id
  -- an article that gives both values does not contradict the other, nor does one that gives the parts of the other's
  -- total
  WHERE is_equal
    OR x.total <> y.total
      AND x.total <> y.value
      AND y.total <> x.value
      AND NOT list_contains(x.own_values, y.value)
      AND NOT list_contains(y.own_values, x.value)
), article_pairs AS (
  SELECT p.*, a, c,
    -- the later article has another counter, or says itself that the earlier figure is disputed
    trim(y.party) <> '' AND y.party <> x.party OR regexp_matches(y.words, '\bhanya\b')
      OR regexp_matches(lower(c.headline), '\b(bukan|bantah|membantah|dibantah|klaim|hanya)\b')
        AND contains(c.headline, nullif(regexp_extract(y.text, '\d[\d.,]*'), '')) AS is_disputed
  FROM pairs AS p
  JOIN mart.event_articles AS a ON a.article_id = p.x.article_id
  JOIN mart.event_articles AS c ON c.article_id = p.y.article_id
)
SELECT
  x.event_id, -- article_id of the earliest article of the event
  c.day, -- of the later article
  x.subject, -- what both count; with "over a period" or "over a region" where their sentences count more than the event
  CASE
    WHEN is_equal
      AND (
        a.origin = c.origin
        OR is_same_counter
        OR x.counter <> '' AND x.counter = y.counter
        OR x.words = y.words AND len(string_split(x.words, ' ')) >= 8
      )
        THEN 'one_origin'
    WHEN is_equal OR is_compatible THEN 'agree'
    WHEN are_other_speakers AND NOT are_authorities THEN 'lead_may_contradict'
    WHEN is_disputed THEN 'lead_may_contradict'
    WHEN is_same_counter THEN 'lead_may_update'
    WHEN minutes_after >= 60
      AND (
        x.changes = 'both'
        OR x.changes = 'up' AND y.value > x.value
        OR regexp_matches(
          y.words, '\b(bertambah|berkurang|meningkat|melonjak|naik|turun|diperbarui|dimutakhirkan|direvisi|dikoreksi)\b'
        )
      )
        THEN 'lead_may_update'
    ELSE 'lead_may_contradict'
  END AS verdict, -- agree, one_origin (the same value in the same eight words or more, or by one speaker, body or
    -- agency), lead_may_update (a later count of the same counter, of another authority or of an outlet can have
    -- replaced it), lead_may_contradict; a lead is a reason to read both articles, and 'comparison.figures' of
    -- mart.rules was not measured on real pages
  a.source_name AS earlier_source_name, -- outlet of the earlier article
  x.text AS earlier_figure, -- as written
  x.value AS earlier_value, -- with words such as "ribu" multiplied out
  x.speaker AS earlier_speaker, -- who stated it; NULL where the outlet does, or somebody who is not resolved
  c.source_name AS later_source_name, -- outlet of the later article
  y.text AS later_figure, -- as written
  y.value AS later_value, -- likewise
  y.speaker AS later_speaker, -- likewise
  minutes_after, -- from the earlier to the later article
  x.article_id AS earlier_article_id, -- with earlier_figure_no a key of mart.figures
  x.figure_no AS earlier_figure_no, -- 1-based
  y.article_id AS later_article_id, -- with later_figure_no a key of mart.figures
  y.figure_no AS later_figure_no, -- 1-based
  a.headline AS earlier_headline, -- of the earlier article
  c.headline AS later_headline, -- of the later article
  a.url AS earlier_url, -- of the earlier article
  c.url AS later_url -- of the later article
FROM article_pairs
-- sizes in a list of prices are no counts
WHERE NOT regexp_matches(lower(concat_ws(' ', x.words, y.words, a.headline, c.headline)), '\bharga\b')
  -- figures that are not equal are compared where both are surely of one thing
  AND (is_equal OR (
    -- the one may be the other, cut
    places_apart < 0.999 AND NOT is_compatible
    -- several parts, and no sum of them
    OR x.n_counts > 2 AND NOT x.is_total
    OR y.n_counts > 2 AND NOT y.is_total
    OR is_compatible AND (x.is_alternative OR y.is_alternative)
    OR x.people_group <> y.people_group
    -- with the crew, or without
    OR starts_with(x.subject, 'people aboard') AND (lower(x.unit) = 'penumpang') <> (lower(y.unit) = 'penumpang')
    OR x.is_of_hospital <> y.is_of_hospital AND NOT y.is_total
    OR NOT (starts_with(x.institution, y.institution) OR starts_with(y.institution, x.institution))
    OR x.part_place <> y.part_place
      AND NOT (
        contains(concat_ws(' ', y.words, lower(c.headline)), x.part_place)
        AND contains(concat_ws(' ', x.words, lower(a.headline)), y.part_place)
      )
    OR x.kind <> y.kind AND x.kind <> '' AND y.kind <> '' AND regexp_matches(x.subject, '^(people aboard|drugs)')
    OR x.sector <> y.sector AND starts_with(x.subject, 'loss')
    OR y.value < x.value
      AND NOT is_compatible
      AND x.changes = 'up'
      AND (is_disputed OR are_other_speakers OR trim(x.party) <> '') IS NOT TRUE
    OR x.first_place <> y.first_place AND (x.place = y.place) IS NOT TRUE
    OR x.place <> y.place AND trim(x.party) = '' AND trim(y.party) = '' AND are_other_speakers IS NOT TRUE
    OR x.counted_by.agency = y.counted_by.agency
      AND x.counted_by.place <> y.counted_by.place
      AND NOT regexp_matches(
        concat_ws(' ', x.counted_by.place, y.counted_by.place),
        '(^| )(me\w+|itu|setempat|dan|serta|pada|juga|di|telah|sudah|$)'
      )
    OR y.value < x.value AND regexp_matches(y.words, '\b(dipindah|dipindahkan|direlokasi)\b')
    -- a count that more than doubles is of more, and one that more than halves of a part, unless it is of a crowd, or
    -- its words tell of a change
    OR x.subject <> 'people protesting'
      AND (least(x.value, y.value) >= 100 OR y.value < x.value)
      AND greatest(x.value, y.value) > 2.2 * least(x.value, y.value)
      AND are_other_speakers IS NOT TRUE
      AND NOT is_disputed
      AND NOT regexp_matches(
        y.words, '\b(menjadi|jadi|kini|masih|belum|dicari|surut|tersisa|tinggal|bertambah|berkurang|naik|turun)\b'
      )
    OR greatest(x.value, y.value) > 10 * least(x.value, y.value)
    OR starts_with(x.subject, 'personnel') AND is_same_counter IS NOT TRUE AND NOT is_compatible
    OR regexp_matches(x.subject, '^(prison|fine|compensation|goal)')
    OR regexp_matches(x.subject, '^(bribe|gold)') AND (is_disputed OR is_compatible OR are_other_speakers) IS NOT TRUE
    OR x.comparator = '~' AND y.value BETWEEN x.value * 0.8 AND x.value * 1.2 AND NOT is_compatible
    OR y.comparator = '~' AND x.value BETWEEN y.value * 0.8 AND y.value * 1.2 AND NOT is_compatible
    OR contains(x.words, 'negara') <> contains(y.words, 'negara')
      AND starts_with(x.subject, 'loss')
      AND regexp_matches(
        concat_ws(' ', x.words, y.words), '\b(korban|petani|pedagang|warga|masyarakat|pemilik|nasabah)\b'
      )
  ) IS NOT TRUE);

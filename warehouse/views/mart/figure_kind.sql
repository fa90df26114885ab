-- What a figure of a text counts: money, percentage, duration, casualties (people dead, hurt, missing or displaced) or
-- other. The span is s to e.
CREATE OR REPLACE MACRO mart.figure_kind(currency, unit, text, body, s, e) AS
  CASE
    WHEN currency IS NOT NULL THEN 'money'
    WHEN unit IN ('persen', 'per cent', 'percent', '%') THEN 'percentage'
    WHEN lower(unit) IN (
      'detik', 'menit', 'jam', 'hari', 'malam', 'pekan', 'minggu', 'bulan', 'tahun', 'dekade', 'abad', 'kali', 'second',
      'seconds', 'minute', 'minutes', 'hour', 'hours', 'day', 'days', 'week', 'weeks', 'month', 'months', 'year',
      'years', 'times', 'saat', 'usia'
    ) THEN 'duration'
    -- by the words before and after it up to a comma, another number or "dan"
    WHEN unit IN ('jenazah', 'mayat')
      OR lower(unit) IN (
        'orang', 'warga', 'korban', 'jiwa', 'penumpang', 'anak', 'bocah', 'balita', 'bayi', 'siswa', 'siswi', 'santri',
        'mahasiswa', 'pria', 'wanita', 'perempuan', 'pekerja', 'buruh', 'nelayan', 'petani', 'penambang', 'pendaki',
        'penduduk', 'prajurit', 'tentara', 'polisi', 'pasien', 'pengendara', 'wisatawan', 'jemaah', 'people', 'persons',
        'person', 'victims'
      ) AND regexp_matches(
        regexp_replace(
          regexp_extract(substr(body, greatest(s - 29, 1), s - greatest(s - 30, 0)), '[^.,;:!?\n\d]*$'),
          '^.*\bdan\b', ''
        ) || text || regexp_replace(regexp_extract(substr(body, e + 1, 50), '^[^.,;:!?\n\d]*'), '\bdan\b.*$', ''),
        '(?i)\b(tewas|menewaskan|meninggal|wafat|gugur|korban jiwa|luka|terluka|melukai|cedera|hilang|dicari|'
          || 'pencarian|tertimbun|terseret|mengungsi|killed|dead|died|injured|missing|wounded)\b'
      ) THEN 'casualties'
    ELSE 'other'
  END;

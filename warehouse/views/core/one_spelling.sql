-- Of several spellings of one name that without a word in capitals (PRABOWO) or two to begin with (MArselino);
-- else, and of those, the first in order.
CREATE OR REPLACE MACRO core.one_spelling(name) AS
  min_by(name, (regexp_matches(name, '[A-Z]{7}|\b[A-Z]{2}[a-z]{3}'), name));

-- A pattern whose letters match with and without accents. It must have no sets of letters.
CREATE OR REPLACE MACRO core.any_accents(pattern) AS
list_reduce( -- noqa: LT01
  [pattern] || ['aàáâãäåā', 'cç', 'eèéêëē', 'iìíîïī', 'nñ', 'oòóôõöō', 'uùúûüū', 'yýÿ'],
  lambda done, letters: replace(done, letters[1], '[' || letters || ']')
);

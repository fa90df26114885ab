-- A column of the rows, whose values are words of ours.
SELECT '$column' AS facet, $column AS value, $column AS label FROM listed;

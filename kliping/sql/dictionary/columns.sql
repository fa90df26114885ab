-- The columns of one view of `mart`.
SELECT column_name, data_type, comment
FROM mart.data_dictionary
WHERE schema_name = 'mart' AND table_name = $view
ORDER BY column_name;

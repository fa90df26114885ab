INSERT INTO study_evidence BY NAME SELECT $subject AS subject, * FROM study_rows;

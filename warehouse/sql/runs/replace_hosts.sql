DELETE FROM ops.hosts WHERE host IN (SELECT host FROM new_hosts);
INSERT INTO ops.hosts BY NAME FROM new_hosts;

-- How many rows stand beside the log, and how far each series has come: kept apart from the tables,
-- so that the newest rows are missed when somebody deletes them.
INSERT INTO meta (name, value) VALUES (
    'beside',
    json_object(
        'answer', (SELECT coalesce(max(number), 0) FROM answer),
        'outgoing', (SELECT coalesce(max(number), 0) FROM outgoing),
        'checkpoint', (SELECT coalesce(max(number), 0) FROM checkpoint),
        'series', json((SELECT json_group_object(name, last) FROM series))
    )
);

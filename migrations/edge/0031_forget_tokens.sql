-- Answers with pairing tokens, which older programs kept: tokens are derived from the pepper now.
DELETE FROM replies WHERE CASE
    WHEN json_valid(CAST(body AS TEXT))
    THEN json_extract(CAST(body AS TEXT), '$.data.token') IS NOT NULL
        AND json_extract(CAST(body AS TEXT), '$.data.number') IS NULL
END;

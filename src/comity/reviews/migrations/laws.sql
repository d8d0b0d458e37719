-- A review that is closed stays as it was.
CREATE FUNCTION closed_reviews_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed review stays as it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_reviews_stay';
END $$;
CREATE TRIGGER closed_reviews_stay BEFORE UPDATE OR DELETE ON reviews_review
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION closed_reviews_stay();

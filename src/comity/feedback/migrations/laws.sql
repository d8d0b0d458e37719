-- What was published is asked as it was published.
CREATE FUNCTION surveys_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published survey stays as it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'surveys_stay';
END $$;
CREATE TRIGGER surveys_stay BEFORE UPDATE OR DELETE ON feedback_survey FOR EACH ROW EXECUTE FUNCTION surveys_stay();

-- An answer says what it said. It enters a batch as a new row, in an order drawn by chance, so that neither its place
-- nor the transaction that wrote it tells whose it is.
CREATE FUNCTION answers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer stays as it was given'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_stay';
END $$;
CREATE TRIGGER answers_stay BEFORE UPDATE ON feedback_answer FOR EACH ROW EXECUTE FUNCTION answers_stay();

-- What is shown grows by five answers or more at a time, and never shrinks: two looks never differ by fewer.
CREATE FUNCTION a_batch_is_five_answers_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.shown - OLD.shown < 5 THEN
        RAISE EXCEPTION 'a batch of % answers would tell them apart', NEW.shown - OLD.shown
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_batch_is_five_answers_or_more';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_batch_is_five_answers_or_more BEFORE UPDATE ON feedback_canvass
    FOR EACH ROW WHEN (OLD.shown IS DISTINCT FROM NEW.shown) EXECUTE FUNCTION a_batch_is_five_answers_or_more();

-- A report that was approved says what was approved.
CREATE FUNCTION approved_reports_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approved report stays as it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_reports_stay';
END $$;
CREATE TRIGGER approved_reports_stay BEFORE UPDATE ON feedback_activityreport
    FOR EACH ROW WHEN (
        OLD.state IN ('approved', 'distributed') AND (
            NEW.state NOT IN ('approved', 'distributed') OR (OLD.state = 'distributed' AND NEW.state = 'approved')
            OR (OLD.summary, OLD.went_well, OLD.to_change, OLD.figures, OLD.parties)
            IS DISTINCT FROM (NEW.summary, NEW.went_well, NEW.to_change, NEW.figures, NEW.parties)
        )
    ) EXECUTE FUNCTION approved_reports_stay();

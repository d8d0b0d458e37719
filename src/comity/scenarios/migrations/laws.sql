-- A scenario that is worked out, called off or failed stays as it was left: a job that runs again changes nothing.
CREATE FUNCTION scenarios_scenario_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'a scenario stays as it was left' USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_stays_as_it_was_left';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scenario_stays_as_it_was_left BEFORE UPDATE ON scenarios_scenario
    FOR EACH ROW EXECUTE FUNCTION scenarios_scenario_stays();

-- A study that came to an end does not begin again.
CREATE FUNCTION scenarios_study_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('done', 'cancelled', 'failed') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a study that ended stays ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'study_stays_ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER study_stays_ended BEFORE UPDATE ON scenarios_study
    FOR EACH ROW EXECUTE FUNCTION scenarios_study_stays();

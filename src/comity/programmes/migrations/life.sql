-- A programme is of the same kind as its type: whether one is in force at a time is the type's to say.
ALTER TABLE programmes_programme ADD CONSTRAINT programme_is_alone_as_its_type_is
    FOREIGN KEY (type_id, is_alone) REFERENCES programmes_programmetype (code, is_alone) ON UPDATE CASCADE
    DEFERRABLE INITIALLY DEFERRED;

-- Objectives and goals of a programme are its party's.
ALTER TABLE programmes_objective ADD CONSTRAINT objective_is_of_a_programme_of_its_party
    FOREIGN KEY (programme_id, party_id) REFERENCES programmes_programme (id, party_id);
ALTER TABLE programmes_goal ADD CONSTRAINT goal_is_of_a_programme_of_its_party
    FOREIGN KEY (programme_id, party_id) REFERENCES programmes_programme (id, party_id);

-- The state moves along its arrows only: drafting, in force, ended; what is recorded or ended stays so.
CREATE FUNCTION programme_state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        (OLD.state = 'drafting' AND NEW.state IN ('in_force', 'terminated'))
        OR (OLD.state = 'in_force' AND NEW.state IN ('expired', 'replaced', 'terminated'))
    ) THEN
        RAISE EXCEPTION 'a programme does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_state_moves_along_its_arrows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_state_moves_along_its_arrows BEFORE UPDATE OF state ON programmes_programme
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION programme_state_moves();

-- A programme of a party is not begun in a later state than drafting, unless it is a record.
CREATE FUNCTION programme_is_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a programme is not begun as %', NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_state_moves_along_its_arrows';
END $$;
CREATE TRIGGER programme_is_begun_as_a_draft_or_a_record BEFORE INSERT ON programmes_programme
    FOR EACH ROW WHEN (NEW.state NOT IN ('drafting', 'recorded')) EXECUTE FUNCTION programme_is_begun();

-- The history of a goal stays as it was.
CREATE FUNCTION goal_steps_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a goal stays as it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_steps_stay';
END $$;
CREATE TRIGGER goal_steps_stay BEFORE UPDATE OR DELETE ON programmes_goalstep
    FOR EACH ROW EXECUTE FUNCTION goal_steps_stay();

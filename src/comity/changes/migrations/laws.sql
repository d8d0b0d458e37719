-- What was applied or dropped stays as it is, and no change is ever deleted.
CREATE FUNCTION changes_settled_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a change is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'changes_are_never_deleted';
    END IF;
    IF OLD.state <> 'drafted' THEN
        RAISE EXCEPTION 'a settled change stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_settled_stays_settled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_settled_stay BEFORE UPDATE OR DELETE ON changes_change
    FOR EACH ROW EXECUTE FUNCTION changes_settled_stays();

-- What was signed stays as it was signed.
CREATE FUNCTION handovers_keep_what_was_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a handover is never deleted' USING ERRCODE = '23514', CONSTRAINT = 'handovers_are_never_deleted';
    END IF;
    IF (NEW.content, NEW.sha256, NEW.signature, NEW.key_id, NEW.leaver_id, NEW.successor_id, NEW.party_id, NEW.role, NEW."on",
        NEW.drafts_pass, NEW.planned_at, NEW.planned_by, NEW.signed_as)
       IS DISTINCT FROM
       (OLD.content, OLD.sha256, OLD.signature, OLD.key_id, OLD.leaver_id, OLD.successor_id, OLD.party_id, OLD.role, OLD."on",
        OLD.drafts_pass, OLD.planned_at, OLD.planned_by, OLD.signed_as) THEN
        RAISE EXCEPTION 'what was signed stays' USING ERRCODE = '23514', CONSTRAINT = 'handover_signed_never_changes';
    END IF;
    -- A handover that is done or taken back is settled.
    IF OLD.state <> 'planned' AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a settled handover stays' USING ERRCODE = '23514', CONSTRAINT = 'handover_settled_stays_settled';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER handovers_stay_as_signed
    BEFORE UPDATE OR DELETE ON handovers_handover FOR EACH ROW EXECUTE FUNCTION handovers_keep_what_was_signed();

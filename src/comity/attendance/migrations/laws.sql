-- Whatever is kept about somebody at an activity is kept of a nomination for that activity, of that party.
ALTER TABLE attendance_presence ADD CONSTRAINT presence_is_of_a_nomination_for_its_activity
    FOREIGN KEY (nomination_id, sheet_id, party_id) REFERENCES nominations_nomination (id, activity_id, party_id);
ALTER TABLE attendance_outcome ADD CONSTRAINT outcome_is_of_a_nomination_for_its_activity
    FOREIGN KEY (nomination_id, sheet_id, party_id) REFERENCES nominations_nomination (id, activity_id, party_id);
ALTER TABLE attendance_sending ADD CONSTRAINT sending_is_of_a_nomination_for_its_activity
    FOREIGN KEY (nomination_id, activity_id, party_id) REFERENCES nominations_nomination (id, activity_id, party_id);
ALTER TABLE attendance_certificate ADD CONSTRAINT certificate_is_of_a_nomination_for_its_activity
    FOREIGN KEY (nomination_id, activity_id, party_id) REFERENCES nominations_nomination (id, activity_id, party_id);

-- A sheet is marked while it is open, and stays open while it is being marked; a mark stays with its person and its part,
-- and each change counts one version up.
CREATE FUNCTION attendance_presence_on_an_open_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept attendance_presence%ROWTYPE;
BEGIN
    kept := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    PERFORM 1 FROM attendance_sheet s WHERE s.activity_id = kept.sheet_id AND s.state = 'open' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the sheet is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_is_marked_on_an_open_sheet';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.nomination_id, NEW.part, NEW.sheet_id) IS DISTINCT FROM (OLD.nomination_id, OLD.part, OLD.sheet_id) THEN
            RAISE EXCEPTION 'a mark stays with its person'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_stays_with_its_person';
        END IF;
        IF NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'each change of a mark counts one version up'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_versions_count_up';
        END IF;
    END IF;
    RETURN kept;
END $$;
CREATE TRIGGER presence_is_marked_on_an_open_sheet BEFORE INSERT OR UPDATE OR DELETE ON attendance_presence
    FOR EACH ROW EXECUTE FUNCTION attendance_presence_on_an_open_sheet();

-- What was written and what was sent stays as it was.
CREATE FUNCTION attendance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER instructions_never_change BEFORE UPDATE OR DELETE ON attendance_instruction
    FOR EACH ROW EXECUTE FUNCTION attendance_stays();
CREATE TRIGGER sendings_never_change BEFORE UPDATE OR DELETE ON attendance_sending
    FOR EACH ROW EXECUTE FUNCTION attendance_stays();
CREATE TRIGGER certificates_are_never_deleted BEFORE DELETE ON attendance_certificate
    FOR EACH ROW EXECUTE FUNCTION attendance_stays();

-- A certificate is for somebody who attended and did not fail, by a sheet that is closed.
CREATE FUNCTION attendance_certificate_for_who_attended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM attendance_outcome o JOIN attendance_sheet s ON s.activity_id = o.sheet_id
        WHERE o.nomination_id = NEW.nomination_id AND o.result = 'attended' AND o.passed IS DISTINCT FROM FALSE
          AND s.state = 'closed' FOR SHARE OF o, s;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only who attended is certified'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_is_for_who_attended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificate_is_for_who_attended BEFORE INSERT ON attendance_certificate
    FOR EACH ROW EXECUTE FUNCTION attendance_certificate_for_who_attended();

-- Of a certificate, only its revocation is written, once; the counting of tries aside.
CREATE FUNCTION attendance_certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked certificate stays revoked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_is_revoked_once';
    END IF;
    IF (NEW.nomination_id, NEW.number, NEW.code, NEW.title, NEW.provider, NEW.starts, NEW.ends, NEW.passed, NEW.salt,
        NEW.name_digest, NEW.issued_at, NEW.issued_by)
       IS DISTINCT FROM (OLD.nomination_id, OLD.number, OLD.code, OLD.title, OLD.provider, OLD.starts, OLD.ends, OLD.passed,
        OLD.salt, OLD.name_digest, OLD.issued_at, OLD.issued_by) THEN
        RAISE EXCEPTION 'a certificate stays as it was issued'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_stays_as_it_was_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificate_stays_as_it_was_issued BEFORE UPDATE ON attendance_certificate
    FOR EACH ROW EXECUTE FUNCTION attendance_certificate_stays();

-- What a version says is never changed; it can only be put before the Allies and released, each once. It is never removed.
CREATE FUNCTION drafting_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(NEW) - 'circulated_at' - 'released_at') IS DISTINCT FROM (to_jsonb(OLD) - 'circulated_at' - 'released_at')
        OR (OLD.circulated_at IS NOT NULL AND NEW.circulated_at IS DISTINCT FROM OLD.circulated_at)
        OR (OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at) THEN
        RAISE EXCEPTION 'a version is never changed or removed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_never_changes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_never_changes BEFORE UPDATE OR DELETE ON drafting_version
    FOR EACH ROW EXECUTE FUNCTION drafting_version_stays();

-- What a clause once said stays as it was said.
CREATE FUNCTION drafting_wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a wording is never changed or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'wording_never_changes';
END $$;
CREATE TRIGGER wording_never_changes BEFORE UPDATE OR DELETE ON drafting_wording
    FOR EACH ROW EXECUTE FUNCTION drafting_wording_stays();

-- A clause is not agreed by both sides while it has brackets, whichever of the two is written first.
CREATE FUNCTION drafting_clause_is_open_in_brackets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.party_state = 'agreed' AND NEW.organisation_state = 'agreed'
        AND EXISTS (SELECT 1 FROM drafting_alternative a WHERE a.clause_id = NEW.id) THEN
        RAISE EXCEPTION 'a clause in brackets is not agreed by both'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_in_brackets_is_not_agreed_by_both';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clause_in_brackets_is_not_agreed_by_both BEFORE INSERT OR UPDATE ON drafting_clause
    FOR EACH ROW EXECUTE FUNCTION drafting_clause_is_open_in_brackets();

CREATE FUNCTION drafting_brackets_open_a_clause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM drafting_clause c WHERE c.id = NEW.clause_id
               AND c.party_state = 'agreed' AND c.organisation_state = 'agreed') THEN
        RAISE EXCEPTION 'a clause in brackets is not agreed by both'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_in_brackets_is_not_agreed_by_both';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER brackets_open_a_clause BEFORE INSERT OR UPDATE ON drafting_alternative
    FOR EACH ROW EXECUTE FUNCTION drafting_brackets_open_a_clause();

-- A clause is in a chapter of its own text.
ALTER TABLE drafting_chapter ADD CONSTRAINT chapter_and_its_text UNIQUE (id, text_id);
ALTER TABLE drafting_clause ADD CONSTRAINT clause_is_in_a_chapter_of_its_text
    FOREIGN KEY (chapter_id, text_id) REFERENCES drafting_chapter (id, text_id) DEFERRABLE INITIALLY DEFERRED;

-- An amendment that was adopted or dropped stays as it is, and so do its changes.
CREATE FUNCTION drafting_amendment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'an amendment adopted or dropped stays so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_ended_stays_ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER amendment_ended_stays_ended BEFORE UPDATE ON drafting_amendment
    FOR EACH ROW EXECUTE FUNCTION drafting_amendment_stays();

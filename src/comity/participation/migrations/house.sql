-- What the house takes back. A request is withdrawn with a reason by the house alone, and that is lawful after the deadline and
-- after the round: nothing else of the request changes with it. And nothing is asked of an activity that left the menu meanwhile.
CREATE OR REPLACE FUNCTION participation_request_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE year activities_edition%ROWTYPE; offer text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'withdrawn' THEN
            RAISE EXCEPTION 'a withdrawn request stays withdrawn'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_withdrawn_stays_withdrawn';
        END IF;
        IF NEW.version <> OLD.version + 1 OR NEW.changed_at < OLD.changed_at THEN
            RAISE EXCEPTION 'each change of a request counts one version up'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_versions_count_up';
        END IF;
        IF (NEW.activity_id, NEW.party_id, NEW.asked_at) IS DISTINCT FROM (OLD.activity_id, OLD.party_id, OLD.asked_at) THEN
            RAISE EXCEPTION 'a request stays with its party and its activity'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays_where_it_is';
        END IF;
        -- The house's exception: withdrawn, with a reason, and otherwise as it was.
        IF NEW.state = 'withdrawn' AND NEW.reason <> '' THEN
            IF (NEW.places, NEW.priority, NEW.funding, NEW.objective_id, NEW.note, NEW.submitted_at)
               IS DISTINCT FROM (OLD.places, OLD.priority, OLD.funding, OLD.objective_id, OLD.note, OLD.submitted_at) THEN
                RAISE EXCEPTION 'what is taken back keeps what it asked for'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'request_taken_back_stays_as_it_was';
            END IF;
            RETURN NEW;
        END IF;
    END IF;
    SELECT e.* INTO year FROM activities_edition e JOIN activities_activity a ON a.edition_id = e.year
        WHERE a.id = NEW.activity_id FOR SHARE OF e;
    IF year.state <> 'requests_open' THEN
        RAISE EXCEPTION 'the edition takes no requests' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_needs_an_open_edition';
    END IF;
    IF year.requests_close_at IS NOT NULL AND NEW.changed_at >= date_trunc('second', year.requests_close_at) THEN
        RAISE EXCEPTION 'the deadline for requests has passed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_changes_before_the_deadline';
    END IF;
    IF EXISTS (SELECT 1 FROM participation_round r WHERE r.edition_id = year.year AND r.state = 'published') THEN
        RAISE EXCEPTION 'the round is published' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_changes_before_the_round';
    END IF;
    -- Whoever asks while the activity is being called off waits for that, and then reads what became of it.
    IF TG_OP = 'INSERT' THEN
        SELECT a.state INTO offer FROM activities_activity a WHERE a.id = NEW.activity_id FOR SHARE OF a;
        IF offer = 'retired' THEN
            RAISE EXCEPTION 'the activity was called off'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_needs_an_activity_on_the_menu';
        END IF;
    END IF;
    RETURN NEW;
END $$;

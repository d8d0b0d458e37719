-- A request serves an objective of its own party only.
ALTER TABLE participation_request ADD CONSTRAINT request_objective_is_the_partys_own
    FOREIGN KEY (objective_id, party_id) REFERENCES programmes_objective (id, party_id);

-- A grant is for the activity and the party of its request.
ALTER TABLE participation_grant ADD CONSTRAINT grant_is_for_what_was_asked
    FOREIGN KEY (request_id, activity_id, party_id) REFERENCES participation_request (id, activity_id, party_id);

-- A request is written and changed only while its edition takes requests, strictly before the second of the deadline, and
-- never once a round of the edition is published. Each change counts one version up and never moves the request elsewhere.
CREATE FUNCTION participation_request_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE year activities_edition%ROWTYPE;
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
    RETURN NEW;
END $$;
CREATE TRIGGER request_changes_in_time BEFORE INSERT OR UPDATE ON participation_request
    FOR EACH ROW EXECUTE FUNCTION participation_request_in_time();

-- What was asked is withdrawn, never deleted; what was promised is released, never deleted; a published rule stays as it is.
CREATE FUNCTION participation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER requests_are_never_deleted BEFORE DELETE ON participation_request FOR EACH ROW EXECUTE FUNCTION participation_stays();
CREATE TRIGGER grants_are_never_deleted BEFORE DELETE ON participation_grant FOR EACH ROW EXECUTE FUNCTION participation_stays();
CREATE TRIGGER rules_never_change BEFORE UPDATE OR DELETE ON participation_rule FOR EACH ROW EXECUTE FUNCTION participation_stays();

-- A round goes forward only, and no round that counts is drawn up before the deadline of its edition.
CREATE FUNCTION participation_round_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE year activities_edition%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('published', 'set_aside') THEN
        RAISE EXCEPTION 'a published round and one set aside stay as they are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_stays_as_it_was_left';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'drawn_up' AND (
        NEW.state NOT IN ('published', 'set_aside')
        OR (NEW.seed, NEW.rule_id, NEW.input_sha256, NEW.output_sha256, NEW.value, NEW.bound, NEW.simulation)
           IS DISTINCT FROM (OLD.seed, OLD.rule_id, OLD.input_sha256, OLD.output_sha256, OLD.value, OLD.bound, OLD.simulation)
    ) THEN
        RAISE EXCEPTION 'a result once drawn up is published or set aside, not changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_result_never_changes';
    END IF;
    IF NEW.state = 'published' AND (TG_OP = 'INSERT' OR OLD.state <> 'drawn_up') THEN
        RAISE EXCEPTION 'only a round drawn up is published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_is_drawn_up_before_it_is_published';
    END IF;
    IF NOT NEW.simulation AND NEW.drawn_up_at IS NOT NULL AND NEW.state = 'drawn_up' THEN
        SELECT e.* INTO year FROM activities_edition e WHERE e.year = NEW.edition_id FOR SHARE;
        IF year.state NOT IN ('requests_closed', 'running') OR NEW.drawn_up_at < date_trunc('second', year.requests_close_at) THEN
            RAISE EXCEPTION 'the deadline for requests has not passed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_is_drawn_up_after_the_deadline';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER round_goes_forward BEFORE INSERT OR UPDATE ON participation_round
    FOR EACH ROW EXECUTE FUNCTION participation_round_goes_forward();

-- Lines of a published round never change.
CREATE FUNCTION participation_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM participation_round r WHERE r.id = OLD.round_id AND r.state = 'published') THEN
        RAISE EXCEPTION 'a published line stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_of_a_published_round_stay';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER lines_of_a_published_round_stay BEFORE UPDATE OR DELETE ON participation_line
    FOR EACH ROW EXECUTE FUNCTION participation_line_stays();

-- Grants move the counters of the activity and of the party, in one order, once a statement; the CHECKs of those tables are
-- what says no. A grant without seats to come from is refused.
CREATE FUNCTION participation_grants_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted bigint; moved bigint;
BEGIN
    SELECT count(DISTINCT activity_id) INTO wanted FROM added;
    UPDATE participation_seats s SET granted = s.granted + n.places
        FROM (SELECT activity_id, sum(funded + self_paid) AS places FROM added GROUP BY activity_id) n
        WHERE s.activity_id = n.activity_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> wanted THEN
        RAISE EXCEPTION 'no seats to grant from' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_needs_seats_to_come_from';
    END IF;
    UPDATE participation_cap c SET held = c.held + n.places
        FROM (SELECT g.party_id, a.edition_id, sum(g.funded + g.self_paid) AS places
              FROM added g JOIN activities_activity a ON a.id = g.activity_id GROUP BY 1, 2) n
        WHERE c.party_id = n.party_id AND c.edition_id = n.edition_id;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_added AFTER INSERT ON participation_grant REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION participation_grants_added();

CREATE FUNCTION participation_grants_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE participation_seats s SET granted = s.granted + n.places
        FROM (SELECT w.activity_id, sum(w.funded + w.self_paid - o.funded - o.self_paid) AS places
              FROM after w JOIN before o ON o.id = w.id GROUP BY w.activity_id) n
        WHERE s.activity_id = n.activity_id;
    UPDATE participation_cap c SET held = c.held + n.places
        FROM (SELECT w.party_id, a.edition_id, sum(w.funded + w.self_paid - o.funded - o.self_paid) AS places
              FROM after w JOIN before o ON o.id = w.id JOIN activities_activity a ON a.id = w.activity_id GROUP BY 1, 2) n
        WHERE c.party_id = n.party_id AND c.edition_id = n.edition_id;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_changed AFTER UPDATE ON participation_grant REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION participation_grants_changed();

-- A grant keeps its request; only its places change.
CREATE FUNCTION participation_grant_stays_put() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.request_id, NEW.activity_id, NEW.party_id) IS DISTINCT FROM (OLD.request_id, OLD.activity_id, OLD.party_id) THEN
        RAISE EXCEPTION 'a grant stays with its request' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_stays_with_its_request';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_stays_with_its_request BEFORE UPDATE ON participation_grant
    FOR EACH ROW EXECUTE FUNCTION participation_grant_stays_put();

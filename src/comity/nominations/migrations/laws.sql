-- A nomination is for the activity and the party of its request, and for a person of that party.
ALTER TABLE nominations_nomination ADD CONSTRAINT nomination_is_for_what_was_asked
    FOREIGN KEY (request_id, activity_id, party_id) REFERENCES participation_request (id, activity_id, party_id);
ALTER TABLE nominations_nomination ADD CONSTRAINT nomination_is_of_the_partys_own_people
    FOREIGN KEY (person_id, party_id) REFERENCES nominations_person (id, party_id);

-- What a party holds at an activity never exceeds what it was granted there. The row of seats of the activity is the lock,
-- taken in one order, so that two writers count one after the other.
CREATE FUNCTION nominations_count_seats(touched bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE over record;
BEGIN
    PERFORM 1 FROM participation_seats s WHERE s.activity_id = ANY (touched) ORDER BY s.activity_id FOR UPDATE;
    SELECT n.activity_id, n.party_id INTO over
        FROM nominations_nomination n
        WHERE n.activity_id = ANY (touched) AND n.state IN ('put_forward', 'accepted', 'offered')
        GROUP BY n.activity_id, n.party_id
        HAVING count(*) > coalesce((SELECT sum(g.funded + g.self_paid) FROM participation_grant g
                                    WHERE g.activity_id = n.activity_id AND g.party_id = n.party_id), 0)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'party % holds more seats than it was granted', over.party_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_held_never_exceed_grants';
    END IF;
END $$;

-- A nomination that begins to hold a seat is counted; one that goes on or stops holding it is not.
CREATE FUNCTION nominations_come_to_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    SELECT array_agg(DISTINCT activity_id) INTO touched FROM after WHERE state IN ('put_forward', 'accepted', 'offered');
    IF touched IS NOT NULL THEN
        PERFORM nominations_count_seats(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nominations_added_hold_no_more_than_granted AFTER INSERT ON nominations_nomination
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION nominations_come_to_hold();
CREATE TRIGGER nominations_changed_hold_no_more_than_granted AFTER UPDATE ON nominations_nomination
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION nominations_come_to_hold();

-- A seat that somebody holds is not given back from under them.
CREATE FUNCTION nominations_grants_shrink() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    SELECT array_agg(DISTINCT w.activity_id) INTO touched FROM after w JOIN before o ON o.id = w.id
        WHERE w.funded + w.self_paid < o.funded + o.self_paid;
    IF touched IS NOT NULL THEN
        PERFORM nominations_count_seats(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_never_shrink_below_what_is_held AFTER UPDATE ON participation_grant
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION nominations_grants_shrink();

-- The people of a team stand alike at the end of each act; put forward and accepted both hold a seat and count as alike.
CREATE FUNCTION nominations_team_stands_alike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.team <> '' AND (
        SELECT count(DISTINCT CASE n.state WHEN 'accepted' THEN 'put_forward' ELSE n.state END)
        FROM nominations_nomination n
        WHERE n.activity_id = NEW.activity_id AND n.party_id = NEW.party_id AND n.team = NEW.team
          AND n.state NOT IN ('declined', 'lapsed', 'withdrawn')
    ) > 1 THEN
        RAISE EXCEPTION 'a team goes together' USING ERRCODE = 'check_violation', CONSTRAINT = 'team_goes_together';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER team_goes_together AFTER INSERT OR UPDATE ON nominations_nomination
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.team <> '') EXECUTE FUNCTION nominations_team_stands_alike();

-- A nomination stays with its person and its activity, and what ended stays ended; each change counts one version up.
CREATE FUNCTION nominations_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.activity_id, NEW.party_id, NEW.person_id, NEW.request_id)
       IS DISTINCT FROM (OLD.activity_id, OLD.party_id, OLD.person_id, OLD.request_id) THEN
        RAISE EXCEPTION 'a nomination stays with its person and its activity'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_stays_where_it_is';
    END IF;
    IF OLD.state IN ('declined', 'lapsed', 'withdrawn') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'what ended stays ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_ended_stays_ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nominations_go_forward BEFORE UPDATE ON nominations_nomination
    FOR EACH ROW EXECUTE FUNCTION nominations_go_forward();

-- Somebody erased has no box and gets none again.
CREATE FUNCTION nominations_erased_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM nominations_person p WHERE p.id = NEW.person_id AND p.erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'somebody erased stays erased'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'person_erased_stays_erased';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER identities_of_the_erased_stay_gone BEFORE INSERT OR UPDATE ON nominations_identity
    FOR EACH ROW EXECUTE FUNCTION nominations_erased_stays();

-- Steps, readings, receipts and published policies are written once and stay as they are.
CREATE FUNCTION nominations_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays as it is', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER steps_never_change BEFORE UPDATE OR DELETE ON nominations_step FOR EACH ROW EXECUTE FUNCTION nominations_stays();
CREATE TRIGGER readings_never_change BEFORE UPDATE OR DELETE ON nominations_reading FOR EACH ROW EXECUTE FUNCTION nominations_stays();
CREATE TRIGGER receipts_never_change BEFORE UPDATE OR DELETE ON nominations_receipt FOR EACH ROW EXECUTE FUNCTION nominations_stays();
CREATE TRIGGER promotion_policies_never_change BEFORE UPDATE OR DELETE ON nominations_promotionpolicy
    FOR EACH ROW EXECUTE FUNCTION nominations_stays();
CREATE TRIGGER nominations_are_never_deleted BEFORE DELETE ON nominations_nomination
    FOR EACH ROW EXECUTE FUNCTION nominations_stays();

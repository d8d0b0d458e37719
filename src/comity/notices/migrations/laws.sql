-- A letter is claimed only while it waits, and what was sent stays sent: nobody gets it twice.
CREATE FUNCTION notices_letter_goes_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'sending' AND OLD.state <> 'waiting' AND (OLD.state, OLD.claimed_at) IS DISTINCT FROM (NEW.state, NEW.claimed_at) THEN
        RAISE EXCEPTION 'a letter is claimed while it waits'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_is_claimed_while_it_waits';
    END IF;
    IF OLD.state = 'sent' AND NEW.state <> 'sent' THEN
        RAISE EXCEPTION 'a letter that was sent stays sent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_that_was_sent_stays_sent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_go_once BEFORE UPDATE ON notices_letter FOR EACH ROW EXECUTE FUNCTION notices_letter_goes_once();

-- What somebody was told is never rewritten; only that it was read, and the letter it went with, change.
CREATE FUNCTION notices_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.recipient_id, NEW.party_id, NEW.topic, NEW.key, NEW.message, NEW.facts, NEW.link, NEW.told_at)
        IS DISTINCT FROM (OLD.recipient_id, OLD.party_id, OLD.topic, OLD.key, OLD.message, OLD.facts, OLD.link, OLD.told_at) THEN
        RAISE EXCEPTION 'what somebody was told stays as it was told'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_stays_as_it_was_told';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_stay BEFORE UPDATE ON notices_notice FOR EACH ROW EXECUTE FUNCTION notices_notice_stays();

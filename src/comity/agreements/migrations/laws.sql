-- An agreement begins as offered and goes only along its arrows; what it was agreed upon never changes.
CREATE FUNCTION agreements_agreement_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'offered' THEN
            RAISE EXCEPTION 'an agreement begins as offered'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_goes_along_its_arrows';
        END IF;
        IF NEW.text_id <> (SELECT text_id FROM drafting_version WHERE id = NEW.version_id)
            OR NEW.party_id <> (SELECT party_id FROM drafting_text WHERE id = NEW.text_id) THEN
            RAISE EXCEPTION 'an agreement is about a version of its own text'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_is_about_its_own_text';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('offered', 'endorsed'), ('offered', 'returned'),
        ('endorsed', 'circulating'), ('endorsed', 'agreed'), ('endorsed', 'returned'),
        ('circulating', 'agreed'), ('circulating', 'returned'),
        ('agreed', 'signed')
    ) THEN
        RAISE EXCEPTION 'no arrow leads from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_goes_along_its_arrows';
    END IF;
    IF (NEW.version_id, NEW.text_id, NEW.party_id, NEW.offered_at, NEW.offered_by)
        IS DISTINCT FROM (OLD.version_id, OLD.text_id, OLD.party_id, OLD.offered_at, OLD.offered_by)
        OR (OLD.endorsed_at IS NOT NULL
            AND (NEW.endorsing_body, NEW.endorsed_on, NEW.endorsing_reference, NEW.endorsed_at, NEW.endorsed_by)
            IS DISTINCT FROM (OLD.endorsing_body, OLD.endorsed_on, OLD.endorsing_reference, OLD.endorsed_at, OLD.endorsed_by))
        OR (OLD.agreed_at IS NOT NULL
            AND (NEW.how, NEW.council_body, NEW.council_on, NEW.council_reference, NEW.agreed_at, NEW.agreed_by, NEW.frozen, NEW.sha256)
            IS DISTINCT FROM (OLD.how, OLD.council_body, OLD.council_on, OLD.council_reference, OLD.agreed_at, OLD.agreed_by, OLD.frozen, OLD.sha256))
        OR (OLD.signed_at IS NOT NULL AND NEW.signed_at IS DISTINCT FROM OLD.signed_at)
        OR (OLD.returned_at IS NOT NULL
            AND (NEW.returned_at, NEW.returned_by, NEW.why_returned)
            IS DISTINCT FROM (OLD.returned_at, OLD.returned_by, OLD.why_returned)) THEN
        RAISE EXCEPTION 'what was offered, endorsed, agreed, signed or returned stays so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_facts_never_change';
    END IF;
    IF NEW.state = 'circulating' AND NOT EXISTS (
        SELECT 1 FROM agreements_circulation c WHERE c.agreement_id = NEW.id AND c.outcome = 'open'
    ) THEN
        RAISE EXCEPTION 'what circulates has a round under way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_circulates_in_a_round';
    END IF;
    IF OLD.state <> 'agreed' AND NEW.state = 'agreed' AND NEW.how = 'silence' AND NOT EXISTS (
        SELECT 1 FROM agreements_circulation c WHERE c.agreement_id = NEW.id AND c.outcome = 'agreed'
    ) THEN
        RAISE EXCEPTION 'silence has held in a round'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_under_silence_needs_a_round_that_held';
    END IF;
    IF OLD.state <> 'signed' AND NEW.state = 'signed'
        AND (SELECT count(DISTINCT s.side) FROM agreements_signature s WHERE s.agreement_id = NEW.id) <> 2 THEN
        RAISE EXCEPTION 'both sides sign'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_signed_iff_both_sides_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_goes_along_its_arrows BEFORE INSERT OR UPDATE ON agreements_agreement
    FOR EACH ROW EXECUTE FUNCTION agreements_agreement_arrows();

-- A round that ended stays as it ended; one that runs keeps its opening, and its deadline moves only later.
CREATE FUNCTION agreements_circulation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome <> 'open' OR (NEW.agreement_id, NEW.opened_at, NEW.opened_by) IS DISTINCT FROM (OLD.agreement_id, OLD.opened_at, OLD.opened_by)
        OR NEW.deadline < OLD.deadline THEN
        RAISE EXCEPTION 'a round that ended stays as it ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circulation_stays_as_it_ended';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER circulation_stays_as_it_ended BEFORE UPDATE ON agreements_circulation
    FOR EACH ROW EXECUTE FUNCTION agreements_circulation_stays();

-- What was asked, moved and signed is never changed, and nothing here is ever deleted.
CREATE FUNCTION agreements_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER agreements_are_never_deleted BEFORE DELETE ON agreements_agreement FOR EACH ROW EXECUTE FUNCTION agreements_stay();
CREATE TRIGGER circulations_are_never_deleted BEFORE DELETE ON agreements_circulation FOR EACH ROW EXECUTE FUNCTION agreements_stay();
CREATE TRIGGER capitals_never_change BEFORE UPDATE OR DELETE ON agreements_capital FOR EACH ROW EXECUTE FUNCTION agreements_stay();
CREATE TRIGGER extensions_never_change BEFORE UPDATE OR DELETE ON agreements_extension FOR EACH ROW EXECUTE FUNCTION agreements_stay();
CREATE TRIGGER signatures_never_change BEFORE UPDATE OR DELETE ON agreements_signature FOR EACH ROW EXECUTE FUNCTION agreements_stay();

-- A signature is given to what is agreed; a key keeps its halves and its holder, and is retired once.
CREATE FUNCTION agreements_signature_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM agreements_agreement a WHERE a.id = NEW.agreement_id AND a.state = 'agreed') THEN
        RAISE EXCEPTION 'what is not agreed is not signed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_is_given_to_what_is_agreed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_is_given_to_what_is_agreed BEFORE INSERT ON agreements_signature
    FOR EACH ROW EXECUTE FUNCTION agreements_signature_in_time();

CREATE FUNCTION agreements_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.retired_at IS NOT NULL OR (NEW.party_id, NEW.holder, NEW.public, NEW.sealed, NEW.made_at)
        IS DISTINCT FROM (OLD.party_id, OLD.holder, OLD.public, OLD.sealed, OLD.made_at) THEN
        RAISE EXCEPTION 'a key stays as it was made'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_key_stays_as_it_was_made';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_key_stays_as_it_was_made BEFORE UPDATE ON agreements_signingkey
    FOR EACH ROW EXECUTE FUNCTION agreements_key_stays();

-- What a line says, in one text: the same for writing and for checking.
CREATE FUNCTION trail_text(line trail_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(chr(31), line.id, line.act, line.kind, line.subject, line.label, line.actor, line.actor_name,
                     line.party, line.about_party, extract(epoch FROM line.at), line.facts::text)
$$;

-- Each line carries the digest of the one before it; writers take turns, so that there is always one line before.
CREATE FUNCTION trail_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('comity.trail'));
    -- The number is drawn inside the turn, so that the order of numbers is the order of lines.
    NEW.id := nextval(pg_get_serial_sequence('trail_entry', 'id'));
    SELECT digest INTO before FROM trail_entry ORDER BY id DESC LIMIT 1;
    NEW.digest := encode(sha256(convert_to(coalesce(before, '') || trail_text(NEW), 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER trail_entries_are_chained BEFORE INSERT ON trail_entry FOR EACH ROW EXECUTE FUNCTION trail_chain();

-- A line once written is never changed, removed or emptied away.
CREATE FUNCTION trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of the trail is never changed or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'trail_entries_never_change';
END $$;
CREATE TRIGGER trail_entries_never_change BEFORE UPDATE OR DELETE ON trail_entry FOR EACH ROW EXECUTE FUNCTION trail_stays();
CREATE TRIGGER trail_entries_are_never_emptied BEFORE TRUNCATE ON trail_entry FOR EACH STATEMENT EXECUTE FUNCTION trail_stays();

-- Walk the chain once and name the first line that does not fit.
CREATE FUNCTION trail_verify() RETURNS TABLE (lines bigint, broken_at bigint) LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT e.id, e.digest,
               encode(sha256(convert_to(coalesce(lag(e.digest) OVER (ORDER BY e.id), '') || trail_text(e), 'UTF8')), 'hex') AS should_be
        FROM trail_entry e
    )
    SELECT count(*), min(id) FILTER (WHERE digest <> should_be) FROM chain
$$;

-- Letters without accents, in a form that an index may rely on: the dictionary is named, so nothing depends on a search path.
CREATE FUNCTION comity_plain(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, given))
$$;

-- The two languages of the house for full-text search, each taking off accents before it takes off endings.
CREATE TEXT SEARCH CONFIGURATION comity_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION comity_english ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION comity_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION comity_french ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, french_stem;

-- The two columns that searches read: words for what is spelt well, letters for what is spelt nearly so, and for numbers.
ALTER TABLE activities_activity
    ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('comity_english', title), 'A') || setweight(to_tsvector('comity_french', title), 'A')
        || setweight(to_tsvector('comity_english', area || ' ' || discipline), 'B')
        || to_tsvector('comity_english', provider || ' ' || city || ' ' || aim || ' ' || description)) STORED,
    ADD COLUMN letters text GENERATED ALWAYS AS
        (comity_plain(number || ' ' || row_ref || ' ' || external_code || ' ' || title || ' ' || area || ' ' || provider || ' ' || city)) STORED;
CREATE INDEX activities_by_words ON activities_activity USING gin (words) WITH (gin_pending_list_limit = 256);
CREATE INDEX activities_by_letters ON activities_activity USING gin (letters gin_trgm_ops) WITH (gin_pending_list_limit = 256);

-- An edition walks its line one step at a time and never back, and is published only when nothing waits for a decision.
CREATE FUNCTION activities_edition_walks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line text[] := ARRAY['planned', 'open_for_contributions', 'published', 'requests_open', 'requests_closed', 'running', 'closed'];
BEGIN
    IF array_position(line, NEW.state) <> array_position(line, OLD.state) + 1 THEN
        RAISE EXCEPTION 'an edition goes from % to the next state only, not to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_goes_forward_one_step';
    END IF;
    IF NEW.state = 'published'
       AND EXISTS (SELECT FROM activities_activity a WHERE a.edition_id = NEW.year AND a.state IN ('draft', 'offered')) THEN
        RAISE EXCEPTION 'edition % has entries without a decision', NEW.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_is_published_without_open_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER edition_goes_forward_one_step BEFORE UPDATE OF state ON activities_edition
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION activities_edition_walks();

-- What was retired is never offered again.
CREATE FUNCTION activities_retired_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'activity % was retired', OLD.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_retired_stays_retired';
END $$;
CREATE TRIGGER activity_retired_stays_retired BEFORE UPDATE OF state ON activities_activity
    FOR EACH ROW WHEN (OLD.state = 'retired' AND NEW.state <> 'retired') EXECUTE FUNCTION activities_retired_stays();

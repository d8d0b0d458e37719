-- Letters without accents, in a form that an index may rely on: the dictionary is named, so nothing depends on a search path.
CREATE FUNCTION comity_plain(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, given))
$$;

-- What a full-text search reads of an activity: its words as English, as French and as they stand.
CREATE FUNCTION comity_words(title text, area text, provider text, city text, rest text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('english', comity_plain(title)) || to_tsvector('french', comity_plain(title))
                     || to_tsvector('simple', comity_plain(title)), 'A')
        || setweight(to_tsvector('english', comity_plain(area)) || to_tsvector('simple', comity_plain(area)), 'B')
        || setweight(to_tsvector('simple', comity_plain(provider || ' ' || city)), 'C')
        || setweight(to_tsvector('english', comity_plain(rest)) || to_tsvector('french', comity_plain(rest)), 'D')
$$;

-- The two columns that searches read: words for what is spelt well, letters for what is spelt nearly so, and for numbers.
ALTER TABLE activities_activity
    ADD COLUMN words tsvector GENERATED ALWAYS AS (comity_words(title, area, provider, city, discipline || ' ' || aim || ' ' || description)) STORED,
    ADD COLUMN letters text GENERATED ALWAYS AS
        (comity_plain(number || ' ' || row_ref || ' ' || external_code || ' ' || title || ' ' || area || ' ' || provider || ' ' || city)) STORED;
CREATE INDEX activities_by_words ON activities_activity USING gin (words);
CREATE INDEX activities_by_letters ON activities_activity USING gin (letters gin_trgm_ops);

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

-- An activity that was once approved keeps the moment since which it stood in the menu, whatever becomes of it.
CREATE OR REPLACE FUNCTION activities_keep_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.in_menu_since := coalesce(OLD.in_menu_since, NEW.in_menu_since);
    END IF;
    IF NEW.state = 'approved' AND NEW.in_menu_since IS NULL THEN
        NEW.in_menu_since := coalesce(NEW.decided_at, now());
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER activities_once_approved_say_since_when
    BEFORE INSERT OR UPDATE ON activities_activity FOR EACH ROW EXECUTE FUNCTION activities_keep_since();

-- What is approved now stood there since it was decided; of what is retired, the trail knows what had been approved alone.
UPDATE activities_activity SET in_menu_since = decided_at WHERE state = 'approved';
UPDATE activities_activity AS a SET in_menu_since = e.at
    FROM (SELECT subject, min(at) AS at FROM trail_entry
          WHERE kind = 'activities.activity' AND act = 'activity.approved' GROUP BY subject) AS e
    WHERE a.state = 'retired' AND e.subject = a.id::text;

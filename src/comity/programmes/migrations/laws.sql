-- A goal is under an objective of its own party only.
ALTER TABLE programmes_goal ADD CONSTRAINT goal_serves_an_objective_of_its_party
    FOREIGN KEY (objective_id, party_id) REFERENCES programmes_objective (id, party_id);

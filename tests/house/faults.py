"""Laws of the database that no act can be asked to break: whoever breaks one has found a fault, not a refusal.

Each with the reason why no sentence is kept for it. A law that a person can run into belongs into `refusing(…)`.
"""

FAULTS_IF_EVER_BROKEN = {
    "user_languages_are_those_of_the_house": "checked before, in the same act",
    "token_digests_are_unique": "256 bits of chance",
    "token_expires_after_it_was_made": "a token lives from one day up",
    "answers_are_kept_once_for_a_key": "this is how the second of two equal calls is found",
    "mandate_role_is_known": "checked before, in the same act",
    "party_names_are_in_a_language_of_the_house": "acts write both languages, no other",
    "membership_keys_name_one_row_known": "the pack closes the row it replaces in the same act",
    "event_is_dated": "the check of the pack finds it before",
    "statement_is_of_a_reference_document": "the check of the pack finds it before",
    "statement_names_its_check": "the check of the pack finds it before",
    "edition_open_for_requests_has_a_deadline": "the deadline is no optional argument of opening",
    "vocabulary_versions_are_told_once": "an act asks for the newest version and writes the next",
    "vocabulary_is_of_areas_or_disciplines": "the program writes words of its own list only",
    "term_codes_are_unique_in_a_version": "the check of the pack finds it before",
    "entry_groups_begin_once_a_day": "written by the pack, which finds the row and changes it",
    "entry_group_ends_after_it_began": "the check of the pack finds it before",
    "entry_group_is_of_allies_or_partners": "the check of the pack finds it before",
    "activity_number_is_party_number_iteration": "an act draws numbers, before the known code of a party",
    "activity_beyond_a_draft_has_title_and_kind": "refused before, in the same act",
    "activity_returned_or_retired_with_a_reason": "refused before, in the same act",
    "objective_and_its_party": "holds by itself: it is there to be pointed at",
    "request_and_what_it_is_for": "holds by itself: it is there to be pointed at",
    "waiver_is_given_once": "the act finds the waiver that stands already",
    "waiver_has_a_ground": "refused before, in the same act",
    "pool_codes_are_unique_in_an_edition": "the act finds the pool that stands and changes it",
    "cap_is_set_once_for_a_party": "the act finds the cap that stands and changes it",
    "request_submitted_is_complete": "a finding bars submitting before",
    "round_numbers_are_used_once": "drawn under a lock",
    "round_of_a_simulation_is_never_published": "refused before, in the same act",
    "line_answers_a_request_once": "written by one act from one result",
    "line_without_a_place_holds_none": "written by one act from one result",
    "grant_of_a_round_is_given_once": "written by one act from one result",
    "study_numbers_are_used_once": "drawn under a lock",
    "scenario_numbers_are_used_once": "written by one act from one choice",
    "trial_is_kept_once": "the act finds the trial that stands and changes it",
    "trial_expires_after_it_was_asked": "written by one act, which adds a week",
    "rule_versions_are_published_once": "an act compares with the published version before",
    "rule_has_its_text_in_both_languages": "the check of the pack finds it before",
}

# Whole kinds of laws, by the shape of their names.
KINDS_OF_FAULTS = {
    r".*_is_known": "the program writes words of its own list only; what people send is checked by the form or the description",
    r".*_iff_.*": "a state and its facts are written together, by one act",
    r".*_is_known_since_a_moment": "the moment is no optional argument",
    r".*_has_a_first_day": "the first day is no optional argument",
}

"""The words for what a framework is, as what a party stands, and what a suspension stops."""

from comity.kernel.words import _

KINDS = {
    "alliance": _("Alliance"),
    "council": _("Council"),
    "programme": _("Programme"),
    "dialogue": _("Dialogue"),
    "initiative": _("Initiative"),
    "partnership": _("Partnership"),
    "bilateral": _("Bilateral body"),
    "instrument": _("Instrument"),
}
PARTY_KINDS = {
    "state": _("State"),
    "former_state": _("Former state"),
    "organisation": _("Organisation"),
    "centre": _("Centre"),
}
STANDINGS = {
    "ally": _("Ally"),
    "partner": _("Partner"),
    "participant": _("Participant"),
    "equal_member": _("Equal member"),
    "observer": _("Observer"),
    "invited": _("Invited"),
    "planned": _("Planned"),
    "withdrawn": _("Withdrawn"),
    "ended": _("Ended"),
}
SCOPES = {
    "practical_civil": _("practical cooperation, civil"),
    "practical_military": _("practical cooperation, military"),
    "political_dialogue": _("political dialogue"),
    "headquarters_access": _("access to headquarters"),
    "delegation_size": _("size of the delegation"),
    "system_accounts": _("accounts in systems"),
}
EVENTS = {
    "summit": _("Summit"),
    "founding": _("Founding"),
    "accession": _("Accession"),
    "joining": _("Joining"),
    "suspension": _("Suspension"),
    "policy": _("Policy"),
    "instrument": _("Instrument"),
    "operation": _("Operation"),
    "meeting": _("Meeting"),
}

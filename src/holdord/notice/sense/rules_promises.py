"""Rules for what is promised about data once collected: how long, to whom, where, with what rights and safeguards.

Each function reads the signals of one segment and says whether its words tell one kind; see ``rules``.
"""

Signals = frozenset[str]

_SHARE_TARGETS = frozenset(
    {"third_party", "share_target", "vendor", "processor", "merger", "disclosure_duty", "social_media"}
)
_RIGHTS = frozenset({"access", "rectify", "restrict", "object", "portability", "be_erased", "withdraw", "unsubscribe"})


def retention(s: Signals) -> bool:
    """Tell whether it says how long data are kept, or when they are erased."""
    if {"table_row", "role:lead_in"} <= s and s & {"retention_noun", "as_long_as"}:
        return "t:cookie" not in s
    if {"table_row", "role:item", "lt:retention"} <= s:
        return True
    if s & {"right_to", "object", "portability", "restrict"} and not s & {"duration_unit", "t:retention"}:
        return False
    if s & {"keep", "erase", "anonymise", "retention_noun"} and s & {
        "as_long_as",
        "duration_unit",
        "retention_noun",
        "relation_end",
    }:
        return "cookie" not in s or "duration_unit" in s
    if "erase" in s and s & {"data_noun", "account", "data_item", "document_noun"}:
        return not s & {"cookie", "be_erased", "security_core", "legal_claim", "t:right", "lt:right"}
    if "t:retention" in s and s & {
        "keep",
        "erase",
        "anonymise",
        "review",
        "necessary",
        "duration_unit",
        "relation_end",
        "data_noun",
    }:
        return not s & {"security_core", "encryption", "right_to", "from_you", "source", "share", "legit_interest"}
    return bool("keep" in s and s & {"keeping_statute", "legal_obligation", "legal_claim"})


def recipient(s: Signals) -> bool:
    """Tell whether it says who gets the data, or who does not."""
    if s & {
        "right_to",
        "portability",
        "complain",
        "authority",
        "definition",
        "intro",
        "cookie",
        "this_done",
        "own_purposes",
    }:
        return False
    if "lt:recipient" in s or {"from_us", "t:recipient"} <= s:
        return True
    if "source" in s and (not s & {"share", "processor"} or ("use" in s and "data_noun" not in s)):
        return False
    if s & {"third_country", "transfer_safeguard"} and not s & {"processor", "vendor", "share_target", "use"}:
        return False
    if "sell" in s and s & {"data_noun", "third_party", "negation", "t:recipient"}:
        return True
    if "share" in s and s & _SHARE_TARGETS:
        return not s & {"read_more", "access_control"}
    if "processor" in s and s & {"use", "share", "vendor", "uses_name", "service_noun", "keep", "supplied_by"}:
        return "processor_agreement" not in s or bool(s & {"vendor", "supplied_by"})
    if "supplied_by" in s and s & {"vendor", "uses_name", "third_party", "on_behalf", "share_target"}:
        return "read_more" not in s
    if "vendor" in s and s & {
        "use",
        "service_noun",
        "keep",
        "collect",
        "purpose_topic",
        "supplied_by",
        "access",
        "process",
    }:
        return not s & {"cookie_tool", "read_more", "from_you", "contact", "sub_register"}
    if "third_party" in s and "use" in s and s & {"process", "on_behalf", "place"}:
        return True
    if "uses_name" in s and "service_noun" in s and "use" in s:
        return "read_more" not in s
    if "merger" in s and s & {"data_noun", "share"}:
        return True
    if "share" in s and s & {"data_noun", "personal_data", "data_item", "applicant_cv", "image_publish", "website"}:
        return not s & {"access_control", "security_core", "from_you", "used_for", "profiling"}
    return bool("t:recipient" in s and s & {"third_party", "share_target", "share", "vendor"} and "read_more" not in s)


def transfer(s: Signals) -> bool:
    """Tell whether it says in which country the data lie or where they go."""
    if s & {"authority", "portability", "right_to"}:
        return False
    if s & {"third_country", "transfer_safeguard", "shield"}:
        return True
    if "store_where" in s and "place" in s:
        return True
    if "t:transfer" in s and s & {"transfer", "place", "share"}:
        return True
    return bool(
        {"transfer", "eu_place"} <= s
        or ("eu_place" in s and s & {"processor", "keep"} and s & {"data_noun", "third_party"})
    )


def right(s: Signals) -> bool:
    """Tell whether it gives the person a right, or says how to use one."""
    if "lawful_before" in s:
        return True
    if "interest_is" in s or ("intro" in s and not s & _RIGHTS):
        return False
    if "definition" in s and "right_to" not in s:
        return False
    if {"basis_noun", "legit_interest"} <= s and "object" not in s:
        return False
    if "after_right" in s and s & {"physical_rights", "starts_this"} and s & {"contact", "email", "physical_rights"}:
        return True
    if {"starts_to", "change", "contact"} <= s and "data_noun" in s:
        return True
    if "lt:right" in s:
        return True
    if "right_to" in s and s & (
        _RIGHTS | {"exercise", "complain", "personal_data", "data_subject_term", "erase", "right_article"}
    ):
        return True
    if s & {"withdraw", "unsubscribe", "portability", "exercise"}:
        return "definition" not in s
    if {"deadline", "respond"} <= s and "erase" not in s:
        return True
    if "authority" in s and s & {"complain", "right_to", "contact"}:
        return True
    if "t:right" in s and s & (
        _RIGHTS | {"right_to", "request", "erase", "you", "fulfil_request", "without_cost", "identify"}
    ):
        return not s & {"read_more", "question"}
    if "contact" in s and "you" in s and s & {"access", "be_erased", "erase"} and "when_contact" not in s:
        return True
    return bool(s & {"object", "access", "rectify", "be_erased"} and s & {"request", "right_to", "right_article"})


def deadline(s: Signals) -> bool:
    """Tell whether it says how soon a request is answered."""
    return (
        "deadline" in s and bool(s & {"respond", "request", "t:right"}) and not s & {"erase", "keep", "notice_change"}
    )


def consent(s: Signals) -> bool:
    """Tell whether it speaks of consent."""
    return bool(s & {"consent", "lawful_before"}) and not s & {"definition", "cookie_accept", "interest_is"}


def cookie(s: Signals) -> bool:
    """Tell whether it speaks of cookies or how to be without them."""
    if s & {"cookie", "cookie_tool", "opt_out_address"}:
        return not s & {"read_more"} or "t:cookie" in s
    if s & {"lt:cookie"}:
        return True
    return {"browser", "disable"} <= s or (
        "t:cookie" in s and bool(s & {"browser", "traffic_stats", "cookie_kind", "disable"})
    )


def security(s: Signals) -> bool:
    """Tell whether it says how the data are protected."""
    if s & {"right_to", "intro", "read_more", "cookie", "transfer_safeguard", "third_country", "sell"}:
        return False
    if s & {"security_core", "encryption", "access_control"}:
        return (
            not s & {"share", "retention_noun", "as_long_as", "data_item:2", "dont_send", "definition"}
            or {"security_core", "measures"} <= s
        )
    if {"t:security", "starts_this", "ends_colon"} <= s and s & {"words:1-3", "words:4-8"}:
        return True
    if s & {"concerns", "legit_interest", "duration_unit", "as_long_as", "from_you", "source"}:
        return False
    return "t:security" in s and bool(s & {"security", "measures", "third_party", "we", "processor"})


def profiling(s: Signals) -> bool:
    """Tell whether it speaks of profiles, targeting or automated decisions."""
    if s & {"automated", "human_review"}:
        return True
    if "these_data" in s:
        return False
    if "profiling" in s and s & {
        "process",
        "use",
        "negation",
        "right_to",
        "targeting",
        "data_noun",
        "purpose_topic",
        "t:profiling",
    }:
        return not s & {"account", "rectify", "change"} or bool(s & {"targeting", "negation"})
    if (
        "grouping" in s
        and s & {"data_noun", "person_group", "we", "negation"}
        and s & {"you", "purpose_marker", "data_noun", "person_group"}
    ):
        return not s & {"right_to", "share"} or "purpose_marker" in s
    return (
        "targeting" in s
        and bool(s & {"data_noun", "cookie_tool", "data_item", "data_kind"})
        and bool(s & {"purpose_marker", "use", "cookie"})
    )


def authority(s: Signals) -> bool:
    """Tell whether it names the supervisory authority, or continues its address."""
    return "authority" in s or (
        "after_authority" in s
        and bool(s & {"words:1-3", "words:4-8"})
        and bool(s & {"url", "postcode", "street", "phone"})
    )


def change(s: Signals) -> bool:
    """Tell whether it speaks of changes or the date of the notice."""
    if "last_updated" in s and s & {"year", "policy_noun", "words:1-3", "words:4-8"} and not s & {"cookie", "keep"}:
        return True
    if {"change", "policy_noun"} <= s and not s & {"rectify", "right_to", "read_more"}:
        return True
    return "t:change" in s and bool(s & {"change", "policy_noun", "notice_change", "last_updated", "year"})


def processor_role(s: Signals) -> bool:
    """Tell whether it speaks of processors and their agreements."""
    if "definition" in s and "we" not in s:
        return False
    if s & {"processor_agreement", "processor"}:
        return True
    if "own_purposes" in s and s & {"third_party", "t:recipient", "t:processor_role"}:
        return True
    if "supplied_by" in s and s & {"on_behalf", "processor"}:
        return True
    if "t:processor_role" in s and s & {"third_party", "on_behalf", "document_noun"}:
        return True
    return "on_behalf" in s and bool(s & {"process", "third_party", "data_noun", "vendor", "ownresponsibility"})


def filler(s: Signals) -> bool:
    """Tell whether it is plainly a definition, an introduction, an explanation of law or a reference."""
    if "comes_next" in s:
        return True
    if s & {"cookie", "cookie_tool"}:
        return False
    if s & {"link_out", "is_a_service"} and not s & {"collect", "processor", "on_behalf", "use"}:
        return True
    if "definition" in s and not s & {
        "article6",
        "we",
        "controller",
        "right_to",
        "retention_noun",
        "collect",
        "access",
    }:
        return True
    if "law_explains" in s and not s & {"we", "keep", "right_to", "you", "share_target", "share", "third_party"}:
        return True
    if "read_more" in s and s & {"policy_noun", "vendor", "url"} and not s & {"right_to", "authority"}:
        return True
    return "intro" in s and "policy_noun" in s and not s & {"change", "consent", "right_to", "contact"}

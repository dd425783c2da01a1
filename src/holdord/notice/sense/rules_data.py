"""Rules for what is collected and why: who is responsible, whose data, which, from where, for what, on what ground.

Each function reads the signals of one segment and says whether its words tell one kind; see ``rules``.
"""

Signals = frozenset[str]

_OTHER_MATTERS = frozenset(
    {"used_for", "share", "consent", "purpose_noun", "cookie", "erase", "basis_noun", "this_done", "question", "source"}
)
_GROUNDS = frozenset({"consent", "contract_basis", "legal_obligation", "article_basis", "law_demands"})


def controller(s: Signals) -> bool:
    """Tell whether it says who is responsible, or gives the number of the company."""
    if "on_behalf" in s or "processor" in s or "lt:recipient" in s:
        return False
    if "controller" in s:
        return bool(s & {"company", "we", "org_number", "org_digits", "process", "personal_data"}) and not s & {
            "definition", "right_to", "portability", "as_long_as", "erase"
        }  # fmt: skip
    if "who_we_are" in s and s & {"company", "website"} and "read_more" not in s and "vendor" not in s:
        return True
    numbered = "org_digits" in s or {"dot_name", "role:item"} <= s
    if "org_number" in s and (numbered or "company" in s) and not s & {"share", "vendor", "third_party"}:
        return True
    return bool("company" in s and s & {"words:1-3"} and "t:controller" in s)


def contact(s: Signals) -> bool:
    """Tell whether it says how to reach the controller or the data protection officer, address lines too."""
    short = bool(s & {"words:1-3", "words:4-8"})
    if {"concerns", "people"} <= s or ({"org_number", "dot_name"} <= s and short):
        return False
    if {"t:change", "change"} <= s and not s & {"email", "phone", "question"}:
        return False
    if "authority" in s or ("after_authority" in s and short):
        return False
    if "when_contact" in s and "question" not in s:
        return False
    if "after_contact" in s and short and s & {"company", "capital_name", "postcode", "house_number", "street", "url"}:
        return "ends_stop" not in s
    if "email" in s or ("phone" in s and ("org_number" not in s or "contact_noun" in s)):
        return True
    if "contact" in s and s & {"access", "rectify", "be_erased", "right_to", "erase", "withdraw"} and "you" in s:
        return not s & {"share", "definition"}
    if "contact" in s and s & {"question", "exercise", "dpo", "url", "request", "email", "phone", "channel"}:
        return not s & {"collect", "from_you"} or "question" in s
    if "dpo" in s or ("contact_noun" in s and s & {"read_more", "ends_colon"} and short):
        return True
    if (short and s & {"postcode", "care_of"}) or ({"house_number", "street"} <= s and short):
        return True
    if {"question", "contact"} <= s or ("contact" in s and "ends_colon" in s):
        return True
    return bool(short and "t:contact" in s and s & {"capital_name", "company", "house_number", "contact_noun", "url"})


def data_category(s: Signals) -> bool:
    """Tell whether it says which data are collected, or not collected."""
    if s & {"right_to", "definition", "access", "withdraw"} and "collect" not in s:
        return False
    if s & {"these_data", "must_give"}:
        return True
    if "lt:data_category" in s and s & {"role:item"}:
        return not s & {"lt:right"}
    if {"after_data", "starts_this"} <= s and s & {"enumeration", "question", "applies_group"}:
        return not s & {"this_done", "used_for"}
    if {"category_noun", "ends_colon"} <= s and s & {"collect", "process", "keep", "share"}:
        return not s & {"purpose_noun", "contact"}
    if "starts_when" in s and s & {"collect", "process"} and s & {"personal_data", "data_noun", "data_item"}:
        return not s & _OTHER_MATTERS
    if "data_item:4" in s and "dont_send" not in s:
        return not s & {"contact", "email", "authority"}
    if s & {"data_item:2", "data_kind", "category_noun"} and s & {
        "collect",
        "process",
        "keep",
        "share",
        "use",
        "enumeration",
    }:
        return not s & {
            "cookie",
            "basis_noun",
            "dont_send",
            "retention_noun",
            "used_for",
            "duration_unit",
            "as_long_as",
            "on_behalf",
            "keeping_statute",
            "legit_interest",
            "share_target",
        }
    if "data_item" in s and s & {"collect", "keep"}:
        return not s & {
            "duration_unit",
            "as_long_as",
            "erase",
            "used_for",
            "place",
            "security_core",
            "dont_send",
            "intro",
            "keeping_statute",
            "on_behalf",
        }
    if "t:data_category" in s and s & {"collect", "keep", "data_item", "negation"}:
        return not s & {"intro", "used_for", "this_done", "legal_obligation", "legit_interest"}
    return bool(
        "collect" in s
        and "negation" in s
        and "data_noun" in s
        and not s & {"source", "intro", "policy_noun", "sensitive"}
    )


def data_subject(s: Signals) -> bool:
    """Tell whether it says whose data they are."""
    if "category_noun" in s and "data_subject_term" in s:
        return True
    if "subject_noun" in s and s & {"ends_colon", "person_group", "concerns"}:
        return not s & {"right_to", "share"}
    if {"lt:data_subject", "role:item"} <= s:
        return True
    if "t:data_subject" in s and s & {"person_group", "people", "child"}:
        return not s & {"right_to", "share", "retention_noun", "as_long_as", "definition"}
    if {"concerns", "starts_this"} <= s and s & {"people", "person_group"}:
        return not s & {"ends_colon", "share", "erase", "right_to", "legit_interest", "necessary"}
    if (
        "child" in s
        and s & {"negation", "applies_group"}
        and s & {"website", "collect", "applies_group", "service_noun"}
    ):
        return True
    if s & {"right_to", "share", "definition", "retention_noun", "as_long_as", "sensitive"}:
        return False
    if "about_group" in s and s & {"process", "collect", "keep"} and s & {"personal_data", "data_noun", "data_item"}:
        return not s & {"policy_noun", "used_for", "third_party", "intro", "erase", "on_behalf", "processor"}
    if "legit_interest" in s:
        return False
    if (
        "applies_group" in s
        and s & {"person_group:2", "person_group"}
        and s & {"policy_noun", "process", "data_subject_term"}
    ):
        return "person_group:2" in s or "policy_noun" not in s
    if "policy_noun" in s:
        return False
    if (
        "about_group" in s
        and s & {"process", "collect", "keep", "we"}
        and s & {"personal_data", "data_noun", "data_item"}
    ):
        return not s & {"intro", "basis_noun", "third_party", "used_for"}
    if {"person_group:2", "data_item:2"} <= s and s & {"process", "keep", "collect"}:
        return True
    if s & {"applicant_cv", "person_group"} and {"process", "personal_data", "purpose_marker"} <= s and "we" in s:
        return not s & {"purpose_verb", "used_for", "purpose_noun", "data_item:2"}
    return bool("person_group:4" in s and s & {"process", "collect", "personal_data"})


def source(s: Signals) -> bool:
    """Tell whether it says where the data come from."""
    if {"lt:source", "role:item"} <= s and "data_item:2" not in s and "lt:data_category" not in s:
        return True
    if s & {"right_to", "access", "definition", "erase", "consent_only", "from_us", "these_data", "interest_is"}:
        return False
    if {"source", "use"} <= s and "data_noun" not in s:
        return True
    if "source" in s:
        return not s & {"erase", "as_long_as", "profiling", "legal_obligation", "share", "question"}
    if {"auto", "collect"} <= s and not s & {"erase", "cookie"}:
        return True
    if s & {"t:source", "lt:source"} and s & {"from_you", "when_you", "starts_when", "ends_colon"}:
        return not s & {"basis_noun", "legit_interest", "this_done", "dont_send", "read_more"}
    if "from_you" in s and s & {"collect", "keep", "process", "data_noun"}:
        return not s & {"used_for", "retention_noun", "as_long_as", "share", "this_done"}
    return bool({"when_you", "collect"} <= s and not s & {"cookie", "share", "erase", "purpose_noun"})


def sensitive(s: Signals) -> bool:
    """Tell whether it speaks of special categories of data."""
    if "lt:sensitive" in s or {"t:sensitive", "article_basis"} <= s:
        return True
    if "sensitive" not in s or s & {"definition", "right_to", "purpose_noun"}:
        return False
    return bool(s & {"process", "collect", "negation", "data_item", "dont_send", "lt:sensitive", "t:sensitive"})


def purpose(s: Signals) -> bool:
    """Tell whether it says what the data are for."""
    if s & {"these_data", "interest_is", "concerns"} and "lt:purpose" not in s:
        return False
    if {"table_row", "role:lead_in", "purpose_noun", "basis_noun"} <= s:
        return bool(s & {"retention_noun", "as_long_as"})  # a table of purposes, their grounds and how long they last
    if {"table_row", "role:item", "lt:legal_basis", "lt:retention"} <= s:
        return True
    if "lt:purpose" in s:
        return not s & {"lt:data_category", "lt:legal_basis", "data_item:4"}
    if s & {
        "right_to",
        "policy_noun",
        "definition",
        "as_long_as",
        "erase",
        "duration_unit",
        "processing_necessary",
        "own_purposes",
    }:
        return False
    if s & {"processor_agreement", "exercise", "object", "sell", "security_core", "public_basis"}:
        return False
    if "this_done" in s and s & {
        "purpose_marker",
        "purpose_verb",
        "purpose_topic",
        "purpose_noun",
        "process",
        "ends_colon",
        "used_for",
    }:
        return True
    if "used_for" in s and "on_behalf" not in s and not ("consent" in s and "service_noun" in s):
        return not s & {"article6", "processor", "third_party", "negation"} or (
            "purpose_topic" in s and not s & {"cookie", "third_party"}
        )
    if "send_you" in s and s & {"purpose_topic", "channel", "we"}:
        return True
    if "purpose_noun" in s and s & {"purpose_verb", "purpose_topic", "process", "use", "ends_colon"}:
        return not s & {"share", "basis_noun", "third_party"}
    if "t:purpose" in s and s & {"purpose_verb", "purpose_topic", "starts_to", "helps", "use", "process"}:
        return not s & {"legit_interest", "article6", "share", "basis_noun"}
    if "helps" in s and s & {
        "starts_this",
        "cookie",
        "cookie_tool",
        "data_item",
        "camera",
        "traffic_stats",
        "analytics_vendor",
    }:
        return not s & {"browser", "disable"}
    if (
        "purpose_marker" in s
        and s & {"purpose_verb", "purpose_topic"}
        and s & {"use", "process", "collect", "keep", "data_noun"}
    ):
        return not s & {"share", "contact", "service_noun", "legit_interest", "measures", "basis_noun", "controller"}
    return False


def legal_basis(s: Signals) -> bool:
    """Tell whether it names a ground for a processing."""
    if s & {"interest_is", "rule_stands"} or {"table_row", "role:lead_in", "basis_noun"} <= s:
        return True
    if {"table_row", "role:item", "lt:legal_basis"} <= s:
        return True
    if s & {"right_to", "object", "withdraw", "complain", "portability", "these_data"}:
        return False
    if s & {"legit_interest", "public_basis", "article6"}:
        return True
    if "basis_noun" in s and s & (_GROUNDS | {"document_noun", "statute_any", "ends_colon"}):
        return not s & {"share", "transfer_safeguard", "third_country", "transfer", "automated", "profiling", "erase"}
    if (
        s & {"table_row", "dot_name"}
        and s & {"consent", "contract_basis", "legal_obligation"}
        and s & {"words:1-3", "words:4-8"}
    ):
        return not s & {"duration_unit", "ends_stop"}
    if "processing_necessary" in s and s & {"contract_basis", "legal_obligation", "document_noun", "law_demands"}:
        return True
    if s & {"t:legal_basis", "lt:legal_basis"} and s & _GROUNDS and not s & {"definition", "read_more", "purpose_noun"}:
        return True
    if (
        s & {"keeping_statute", "named_statute", "statute_any", "law_demands"}
        and "keep" in s
        and s & {"duration_unit", "t:retention"}
    ):
        return bool(s & {"keeping_statute", "named_statute"}) or {"law_demands", "duration_unit"} <= s
    if "keeping_statute" in s and s & {"keep", "duration_unit", "legal_obligation", "erase", "law_demands"}:
        return True
    return bool("article_basis" in s and s & {"process", "consent", "contract_basis", "basis_noun"})

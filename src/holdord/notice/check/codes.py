"""Every finding that a check can make: its code, how grave it is, and the rule that it rests on.

``error``: the law requires what is missing, or what stands there is wrong. ``warning``: it pulls apart, or misleads.
``hint``: it is worth a look. What a finding proposes stands in ``lang/check.<language>.toml``, one sentence for each
code. Guidance is cited with its paragraph: WP260 rev.01 is the Article 29 Working Party's on transparency, which the
European Data Protection Board (EDPB) endorsed; its 01/2022 is on access, its 05/2020 on consent.
"""

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "hint"]


class Code(NamedTuple):
    """How grave a finding is, and its rule."""

    severity: Severity
    article: str


CODES: dict[str, Code] = {
    # What art. 13 and 14 list, in their order
    "missing_controller": Code("error", "GDPR art. 13(1)(a)"),
    "missing_contact": Code("error", "GDPR art. 13(1)(a)"),
    "missing_dpo": Code("hint", "GDPR art. 13(1)(b)"),
    "missing_purposes": Code("error", "GDPR art. 13(1)(c)"),
    "missing_legal_basis": Code("error", "GDPR art. 13(1)(c)"),
    "missing_legitimate_interest": Code("error", "GDPR art. 13(1)(d)"),
    "missing_recipients": Code("warning", "GDPR art. 13(1)(e)"),
    "missing_transfer": Code("warning", "GDPR art. 13(1)(f)"),
    "transfer_without_safeguard": Code("error", "GDPR art. 13(1)(f)"),
    "missing_retention": Code("error", "GDPR art. 13(2)(a)"),
    "missing_rights": Code("error", "GDPR art. 13(2)(b)"),
    "missing_withdrawal": Code("error", "GDPR art. 13(2)(c)"),
    "missing_authority": Code("error", "GDPR art. 13(2)(d)"),
    "missing_requirement": Code("warning", "GDPR art. 13(2)(e)"),
    "missing_automated": Code("hint", "GDPR art. 13(2)(f)"),
    "missing_categories": Code("error", "GDPR art. 14(1)(d)"),
    "missing_source": Code("hint", "GDPR art. 14(2)(f)"),
    # Who is responsible, and how to reach them
    "controller_is_a_role": Code("warning", "GDPR art. 4(7)"),
    "two_controllers": Code("warning", "GDPR art. 13(1)(a)"),
    "two_register_numbers": Code("warning", "GDPR art. 13(1)(a)"),
    "register_number_wrong": Code("error", "GDPR art. 13(1)(a)"),
    "email_domain_differs": Code("hint", "GDPR art. 13(1)(a)"),
    "email_private": Code("hint", "GDPR art. 13(1)(a)"),
    "two_version_dates": Code("warning", "WP260 rev.01 para. 29"),
    # Statements that pull apart
    "kept_after_all_erased": Code("error", "GDPR art. 5(1)(a), 13(2)(a)"),
    "two_times": Code("warning", "GDPR art. 13(2)(a)"),
    "bookkeeping_time": Code("warning", "GDPR art. 6(1)(c), 13(2)(a)"),
    "sensitive_denied": Code("warning", "GDPR art. 5(1)(a), 9"),
    "sharing_denied": Code("warning", "GDPR art. 5(1)(a), 13(1)(e)"),
    "cookies_denied": Code("error", "GDPR art. 5(1)(a)"),
    "change_pulls_apart": Code("warning", "WP260 rev.01 para. 29 to 31"),
    "change_without_notice": Code("warning", "WP260 rev.01 para. 29 to 31"),
    "reread": Code("warning", "GDPR art. 5(1)(a); WP260 rev.01 para. 29"),
    # How people's requests are met
    "answer_too_late": Code("error", "GDPR art. 12(3)"),
    "fee_for_access": Code("error", "GDPR art. 12(5)"),
    "access_once_a_year": Code("error", "GDPR art. 12(5), 15"),
    "request_by_letter": Code("warning", "GDPR art. 12(2); EDPB 01/2022 para. 52 to 57"),
    "request_identity_copy": Code("warning", "GDPR art. 12(6); EDPB 01/2022 para. 73 to 79"),
    # What the law does not know
    "article_unknown": Code("error", "GDPR art. 6(1), 9(2)"),
    "article_of_the_notice": Code("error", "GDPR art. 13(1)(c)"),
    "law_repealed": Code("error", "GDPR art. 94, 99"),
    "law_keeps_nothing": Code("warning", "GDPR art. 6(1)(c), 13(2)(a)"),
    "transfer_invalid": Code("error", "GDPR art. 44 to 46"),
    "authority_renamed": Code("warning", "GDPR art. 13(2)(d)"),
    "authority_foreign": Code("warning", "GDPR art. 55, 77(1)"),
    "consent_by_use": Code("error", "GDPR art. 4(11), 7; recital 32"),
    "consent_implicit": Code("error", "GDPR art. 4(11); recital 32"),
    "consent_preticked": Code("error", "GDPR art. 4(11); recital 32"),
    "consent_final": Code("error", "GDPR art. 7(3)"),
    "consent_and_another_basis": Code("warning", "GDPR art. 6(1); EDPB 05/2020 para. 121 to 123"),
    "cookies_without_consent": Code("warning", "Directive 2002/58/EC art. 5(3)"),
    # What points nowhere, and what was left over
    "section_missing": Code("warning", "GDPR art. 12(1)"),
    "pointer_missing": Code("warning", "GDPR art. 12(1)"),
    "list_missing": Code("warning", "GDPR art. 12(1)"),
    "link_missing": Code("hint", "GDPR art. 12(1)"),
    "cut_off": Code("warning", "GDPR art. 12(1)"),
    "lead_in_empty": Code("warning", "GDPR art. 12(1)"),
    "heading_empty": Code("hint", "GDPR art. 12(1)"),
    "placeholder": Code("error", "GDPR art. 12(1)"),
    "other_company": Code("warning", "GDPR art. 13(1)(a)"),
    "duplicate": Code("hint", "GDPR art. 12(1)"),
    # What nobody can hold the notice to
    "retention_open_ended": Code("warning", "GDPR art. 13(2)(a); WP260 rev.01 annex"),
    "retention_vague": Code("warning", "GDPR art. 13(2)(a); WP260 rev.01 para. 12, 13"),
    "purpose_vague": Code("hint", "GDPR art. 5(1)(b); WP260 rev.01 para. 12"),
    "recipients_vague": Code("hint", "GDPR art. 13(1)(e); WP260 rev.01 annex"),
    "categories_vague": Code("hint", "GDPR art. 12(1); WP260 rev.01 para. 12, 13"),
    # The notice and the policy beside it
    "notice_differs": Code("error", "GDPR art. 5(1)(a), 5(2)"),
    "promise_unwired": Code("warning", "GDPR art. 5(2), 24(1)"),
    "purpose_untold": Code("error", "GDPR art. 13(1)(c)"),
    "recipient_untold": Code("error", "GDPR art. 13(1)(e)"),
    "time_untold": Code("warning", "GDPR art. 13(2)(a)"),
    "time_unkept": Code("error", "GDPR art. 5(1)(e), 5(2)"),
    "law_outlasts_promise": Code("warning", "GDPR art. 13(2)(a)"),
}

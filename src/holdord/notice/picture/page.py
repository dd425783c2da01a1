"""A picture of a notice as read: one HTML document that shows what each sentence tells, and what is wrong with it.

The document stands alone. It loads nothing, runs nothing and says so in its content security policy: no script, no
image, no font, no form, and only the one style sheet whose hash it names (W3C CSP 3, section 2.3.1), so that a notice
that holds mark-up can do nothing either. It is made for a screen of any width, for light and dark, and for paper, and
meets WCAG 2.2 AA: words beside colours, contrast of 4.5 to 1 and more, all of it reachable by keyboard.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from holdord.notice.model import Reading
from holdord.notice.picture import front
from holdord.notice.picture.looks import kind_style, sprite, text
from holdord.notice.picture.sheet import places, sheet


def picture(reading: Reading, name: str) -> str:
    """Return a notice as read as an HTML document.

    Args:
        reading: The notice.
        name: What to call it where it names no controller: a file's name, say.
    """
    there = places(reading)
    kinds = [kind for kind, _ in front.occurring(there)]
    style = f"\n{_style()}\n{kind_style(kinds)}\n"
    parts = (part(reading, there) for part in (front.findings, front.times, front.items))
    above = "\n".join(part for part in parts if part)
    body = sheet(reading, there) or '<p class="none" lang="en">There is no text in this notice.</p>'
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="holdord">
<title>{text(reading.controller or name)}: privacy notice as read</title>
<style>{style}</style>
</head>
<body>
{sprite(kinds)}
<a class="skip" href="#notice">To the notice</a>
<header>
{front.head(reading, there, name)}
</header>
<main>
{above}
<section class="read" aria-label="The notice as read">
{front.legend(there)}
<article id="notice" lang="{reading.language}" tabindex="-1">
{body}
</article>
</section>
</main>
<footer><p>Read by holdord. The numbers before the sentences are holdord’s; the words are the notice’s own.</p></footer>
</body>
</html>
"""


def policy(style: str) -> str:
    """Return the content security policy of a document with this style sheet and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return (files("holdord.notice.picture") / "picture.css").read_text(encoding="utf-8").strip()

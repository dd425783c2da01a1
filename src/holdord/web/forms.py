"""How forms look: a label, what helps, what is wrong, the field, each tied to the other for who does not see it."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Makes every form from ``templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

"""Input about webhooks."""

from typing import Any

from django import forms

from keen.integrations.domain.topics import EVERYTHING
from keen.integrations.queries import endpoints


class EndpointForm(forms.Form):
    """An endpoint. The rules of its parts are those of the action."""

    name = forms.CharField(max_length=80, required=False)
    url = forms.CharField(max_length=600, required=False)
    topics = forms.MultipleChoiceField(required=False)
    everything = forms.BooleanField(required=False)
    with_record = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        topics = self.fields["topics"]
        if isinstance(topics, forms.MultipleChoiceField):
            topics.choices = [(topic, topic) for topic in endpoints.all_topics()]

    def wish(self) -> dict[str, Any]:
        """The endpoint as wished."""
        given = self.cleaned_data
        chosen = (EVERYTHING,) if given["everything"] else tuple(given["topics"])
        return {
            "name": given["name"],
            "url": given["url"],
            "topics": chosen,
            "with_record": given["with_record"],
        }

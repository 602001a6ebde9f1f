"""The OpenAPI document."""

from django.http import HttpResponse

from keen.records.rest.answers import respond
from keen.records.rest.door import ApiRequest


def openapi(request: ApiRequest) -> HttpResponse:
    return respond({})

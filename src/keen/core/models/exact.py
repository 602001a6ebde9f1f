"""Decimal numbers that both databases keep, compare and add up exactly: whole numbers of their smallest unit."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

LARGEST = 2**63 - 1


class ExactField(models.Field[Any, Any]):
    """A decimal with a fixed number of places, kept as a whole number: SQLite would keep a decimal as a float.

    Units: `places=2` keeps cents. Sums, minima and comparisons are exact; averages are rounded to the place.
    """

    def __init__(self, *args: Any, places: int = 2, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """A whole number of 64 bits."""
        return "BigIntegerField"

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """What a migration writes down."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "places": self.places}

    def to_python(self, value: Any) -> Decimal | None:
        """The decimal, rounded to the places; half to the even neighbour.

        Raises: ValidationError for what is no number.
        """
        if value is None or value == "":
            return None
        try:
            return Decimal(str(value)).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN)
        except InvalidOperation:
            raise ValidationError(f"“{value}” is not a number.") from None

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        """The decimal of the whole number that the database holds or summed up."""
        return (
            None if value is None else Decimal(value).to_integral_value(ROUND_HALF_EVEN).scaleb(-self.places)
        )

    def get_prep_value(self, value: Any) -> int | None:
        """The whole number that stands for the decimal.

        Raises: OverflowError for more than the column holds.
        """
        found = self.to_python(super().get_prep_value(value))
        if found is None:
            return None
        units = int(found.scaleb(self.places))
        if abs(units) > LARGEST:
            raise OverflowError(f"{value} has more digits than the column {self.attname} holds.")
        return units

"""What can be refused, as exceptions every layer may raise and one place turns into an answer."""

from typing import Self


class KeenError(Exception):
    """Anything Keen itself raises on purpose."""


class Refusal(str):
    """The sentence of a refusal that still knows which rule refused, wherever it is handed on to as text."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, message: str, code: str) -> Self:
        """The sentence with its rule."""
        made = super().__new__(cls, message)
        made.code = code
        return made

    def __reduce__(self) -> tuple[type["Refusal"], tuple[str, str]]:
        return type(self), (str(self), self.code)


class RuleError(KeenError):
    """A wish the rules refuse; `message` is a sentence for the user and says what to mend.

    Shape: `code` is stable, lower case with underscores, for programs; `field` names the input at fault.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message: Refusal = Refusal(message, code)
        self.field = field

    def __reduce__(self) -> tuple[type["RuleError"], tuple[str, str, str | None]]:
        # The default would rebuild from args, which hold the message alone; refusals travel between processes.
        return type(self), (self.code, self.message, self.field)


class NotVisibleError(RuleError):
    """The record does not exist for this user; the answer is 404."""

    def __init__(
        self,
        code: str = "not_visible",
        message: str = "This record does not exist, or it is not shared with you.",
        field: str | None = None,
    ) -> None:
        super().__init__(code, message, field)


class ForbiddenError(RuleError):
    """The record is visible, but this user may not do that; the answer is 403."""

    def __init__(
        self,
        code: str = "forbidden",
        message: str = "You do not have permission to do this. Ask an administrator.",
        field: str | None = None,
    ) -> None:
        super().__init__(code, message, field)


class StaleVersionError(RuleError):
    """Somebody else saved the record since it was read; the answer is 409."""

    def __init__(
        self,
        code: str = "stale_version",
        message: str = "Somebody else changed this record meanwhile. Load it again and repeat your change.",
        field: str | None = None,
    ) -> None:
        super().__init__(code, message, field)

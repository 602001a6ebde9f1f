"""Least squares with standard errors that hold when people differ in how much they vary."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted line: coefficients, and three ways to say how sure each is."""

    coefficients: "Array"
    residuals: "Array"
    design: "Array"
    bread: "Array"

    @property
    def freedom(self) -> int:
        """The degrees of freedom that are left."""
        return int(self.design.shape[0] - self.design.shape[1])

    def se(self, index: int) -> float:
        """The classical standard error: everybody varies alike."""
        spread = float(self.residuals @ self.residuals) / self.freedom
        return float((spread * self.bread[index, index]) ** 0.5)

    def se_hc3(self, index: int) -> float:
        """The standard error that lets people differ.

        Source: MacKinnon and White 1985 (HC3), which is right for few people, too.
        """
        weights = self.bread @ self.design.T
        leverage = (self.design * weights.T).sum(axis=1)
        scaled = weights[index] * self.residuals / (1 - leverage).clip(1e-9)
        return float((scaled @ scaled) ** 0.5)

    def se_hac(self, index: int, lags: int) -> float:
        """The standard error that lets neighbours in time resemble each other.

        Source: Newey and West 1987, with Bartlett weights.
        """
        scores = self.design * self.residuals[:, None]
        meat = scores.T @ scores
        for lag in range(1, lags + 1):
            across = scores[lag:].T @ scores[:-lag]
            meat = meat + (1 - lag / (lags + 1)) * (across + across.T)
        return float((self.bread @ meat @ self.bread)[index, index] ** 0.5)


def fit(design: "Array", outcome: "Array") -> Fit:
    """The line of least squares.

    Raises: ValueError where the columns cannot be told apart, or are as many as the rows.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    if design.shape[0] <= design.shape[1]:
        raise ValueError(f"{design.shape[0]} units are too few for {design.shape[1]} unknowns.")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("What was tried cannot be told from the blocks or the values before.")
    bread: Array = np.linalg.inv(design.T @ design).astype(float)
    coefficients = bread @ design.T @ outcome
    return Fit(coefficients, outcome - design @ coefficients, design, bread)


def lot_effects(lots: "Array", known: "Array", outcome: "Array") -> "Array":
    """The effect that each row of lots would show, at the same values of what is known.

    Source: Frisch, Waugh and Lovell: both sides freed of what is known, then one number over another.
    """
    import numpy as np  # noqa: PLC0415

    left = np.eye(len(outcome)) - known @ np.linalg.pinv(known)
    apart = lots @ left
    spread: Array = (apart * apart).sum(axis=1).clip(1e-12)
    effects: Array = (apart @ (left @ outcome)) / spread
    return effects

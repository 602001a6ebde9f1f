"""Few teams or several small effects: each is pulled towards the others as far as they agree (partial pooling)."""

from collections.abc import Sequence
from dataclasses import dataclass

GRID = 400


@dataclass(frozen=True, slots=True)
class Pooled:
    """What is believed of all and of each, after having seen every one.

    Units: tau is how far the true effects lie apart.
    """

    mean: float
    se: float
    tau: float
    effects: tuple[float, ...]
    ses: tuple[float, ...]


def pool(effects: Sequence[float], ses: Sequence[float], scale: float) -> Pooled:
    """Normal effects with known errors, a flat prior of their mean, and a half-normal one of how far they lie apart.

    Shape: scale is the deviation of that half-normal, in the units of the effects.
    Raises: ValueError without two effects, or with an error that is not above 0.
    Source: Gelman and others, Bayesian Data Analysis, 5.4; tau is summed over a grid.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    if len(effects) < 2 or len(effects) != len(ses) or min(ses) <= 0 or scale <= 0:
        raise ValueError("Two effects or more are needed, each with an error above 0.")
    seen, errors = np.asarray(effects, dtype=float), np.asarray(ses, dtype=float)
    taus = np.linspace(0, 4 * scale, GRID)
    precision = 1 / (errors[None, :] ** 2 + taus[:, None] ** 2)
    total = precision.sum(axis=1)
    middle = (precision * seen).sum(axis=1) / total
    log = (
        -0.5 * (taus / scale) ** 2
        + 0.5 * np.log(precision).sum(axis=1)
        - 0.5 * np.log(total)
        - 0.5 * (precision * (seen - middle[:, None]) ** 2).sum(axis=1)
    )
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    mean = float(weights @ middle)
    spread = float(weights @ (1 / total + (middle - mean) ** 2))
    # Of each effect: how much of its own is believed at this tau, and the rest of the common mean.
    own = taus[:, None] ** 2 * precision
    each = own * seen + (1 - own) * middle[:, None]
    variance = own * errors**2 + (1 - own) ** 2 / total[:, None]
    means = weights @ each
    variances = weights @ (variance + (each - means) ** 2)
    return Pooled(
        mean,
        spread**0.5,
        float(weights @ taus),
        tuple(float(one) for one in means),
        tuple(float(one**0.5) for one in variances),
    )

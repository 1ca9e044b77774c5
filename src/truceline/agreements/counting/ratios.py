"""Is it quieter than usual? The interval of the ratio of two Poisson rates."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.agreements.counting.figures import RateRatio

CONFIDENCE = 0.95


def rate_ratio(inside: int, references: Sequence[int]) -> RateRatio:
    """Rate inside over the mean rate in reference windows of the same length, with a 95 % interval.

    Given the sum of both counts, the count inside is binomial; its Clopper-Pearson interval gives that of the ratio
    (Przyborowski & Wilenski 1940, Biometrika 31; Clopper & Pearson 1934, Biometrika 26). It is exact (it covers at
    least 95 %) for independent events at a steady rate in windows that do not overlap; alarms and fire come in
    clusters and "about 40" in one row is not forty events, so the true uncertainty is wider. With nothing in the
    references ratio and high are ``None`` and the low still holds; with nothing inside ratio and low are 0.

    >>> ratio = rate_ratio(5, [58, 64, 101, 27, 47, 40])
    >>> round(ratio.ratio, 4), round(ratio.low, 3), round(ratio.high, 3)
    (0.089, 0.029, 0.21)
    """
    windows, reference = len(references), sum(references)
    low, high = _binomial_interval(inside, inside + reference)
    return RateRatio(
        ratio=inside * windows / reference if reference else None,
        low=windows * low / (1.0 - low) if low < 1.0 else 0.0,
        high=windows * high / (1.0 - high) if high < 1.0 and reference else None,
        inside=inside,
        reference=reference,
        windows=windows,
    )


def _binomial_interval(hits: int, trials: int) -> tuple[float, float]:
    """Clopper-Pearson limits of a share; 0 to 1 when nothing was tried."""
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to load, and few commands need it

    tail = (1.0 - CONFIDENCE) / 2.0
    low = float(betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1.0 - tail)) if hits < trials else 1.0
    return low, high

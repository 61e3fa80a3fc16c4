"""Golden values of packages/evaluation, by scikit-learn, SciPy, scikit-survival, lifelines and statsmodels.

Argument: values.json to write. Inputs are not stored: both sides draw them by mulberry32 from the case's number (see
packages/evaluation/src/testing/draw.ts). null stands for a value that does not exist.
"""

import json
import math
import sys
import warnings

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from scipy import stats
from sklearn import metrics as skm
from sklearn.calibration import calibration_curve
from sklearn.neighbors import KNeighborsRegressor
from sksurv import metrics as svm
from sksurv.nonparametric import kaplan_meier_estimator
from sksurv.util import Surv
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

warnings.simplefilter("ignore")
MASK = 0xFFFFFFFF
COUNT = 200


def imul(a, b):
    return (a * b) & MASK


class Draw:
    def __init__(self, family, case):
        self.a = (family * 100003 + case * 7919) & MASK

    def u(self):
        self.a = (self.a + 0x6D2B79F5) & MASK
        t = imul(self.a ^ (self.a >> 15), 1 | self.a)
        t = ((t + imul(t ^ (t >> 7), 61 | t)) & MASK) ^ t
        return ((t ^ (t >> 14)) & MASK) / 4294967296

    def column(self, n, style):
        """0 continuous, 1 quarters (ties), 2 wide steps (many ties), 3 constant."""
        out = []
        for _ in range(n):
            x = self.u() + self.u() + self.u() - 1.5
            out.append(x if style == 0 else math.floor(x * 4) / 4 if style == 1 else math.floor(x * 1.5) if style == 2 else 0.1)
        return np.array(out, dtype=float)


def rows(draw, case):
    return 0 if case % 50 == 49 else 4 + math.floor(draw.u() * 40)


def value(compute):
    try:
        found = float(compute())
    except (ValueError, ZeroDivisionError, IndexError, svm.NoComparablePairException):
        return None
    return found if math.isfinite(found) else None


def regression(case):
    draw = Draw(1, case)
    n = rows(draw, case)
    truth = draw.column(n, 3 if case % 10 == 8 else case % 3)
    prediction = draw.column(n, 3 if case % 10 == 9 else case % 2)
    if case % 10 < 8:
        prediction = truth * 0.5 + prediction
    d = prediction - truth
    some = n > 0
    return [
        # scikit-learn divides by the rounding error of a constant's mean
        value(lambda: skm.r2_score(truth, prediction, force_finite=False)) if some and (truth != truth[0]).any() else None,
        value(lambda: stats.pearsonr(truth, prediction)[0]),
        value(lambda: stats.spearmanr(truth, prediction)[0]),
        value(lambda: skm.mean_absolute_error(truth, prediction)),
        value(lambda: skm.root_mean_squared_error(truth, prediction)),
        value(lambda: d.mean()) if some else None,
        value(lambda: d.std(ddof=1)) if some else None,
        value(lambda: d.mean() + 1.96 * d.std(ddof=1)) if some else None,
    ]


def classification(case):
    draw = Draw(2, case)
    n = rows(draw, case)
    share = 0 if case % 10 == 8 else 1.1 if case % 10 == 9 else 0.4
    labels = np.array([1 if draw.u() < share else 0 for _ in range(n)], dtype=int)
    noise = draw.column(n, case % 4)
    scores = np.clip(0.5 + 0.2 * noise + 0.1 * labels, 0, 1)
    both = n > 0 and 0 < labels.sum() < n

    def sensitivity_at(least):
        fpr, tpr, _ = skm.roc_curve(labels, scores, drop_intermediate=False)
        return tpr[1 - fpr >= least - 1e-12].max()

    def youden():
        fpr, tpr, thresholds = skm.roc_curve(labels, scores, drop_intermediate=False)
        j = tpr - fpr
        return j.max()

    def ece(bins, strategy):
        if n == 0:
            return math.nan
        observed, predicted = calibration_curve(labels, scores, n_bins=bins, strategy=strategy, pos_label=1)
        if strategy == "uniform":
            edges = np.linspace(0.0, 1.0, bins + 1)
        else:
            edges = np.percentile(scores, np.linspace(0, 1, bins + 1) * 100)
        counts = np.bincount(np.searchsorted(edges[1:-1], scores), minlength=bins)
        return (counts[counts > 0] * np.abs(observed - predicted)).sum() / n

    return [
        value(lambda: skm.roc_auc_score(labels, scores)) if both else None,
        value(lambda: skm.average_precision_score(labels, scores)) if both else None,
        value(lambda: skm.f1_score(labels, scores >= 0.5, zero_division=math.nan)),
        value(lambda: skm.precision_score(labels, scores >= 0.5, zero_division=math.nan)),
        value(lambda: skm.recall_score(labels, scores >= 0.5, zero_division=math.nan)),
        value(lambda: skm.recall_score(labels, scores >= 0.5, pos_label=0, zero_division=math.nan)),
        value(lambda: skm.mean_squared_error(labels, scores)),
        value(lambda: ece(10, "uniform")),
        value(lambda: ece(4, "quantile")),
        value(lambda: sensitivity_at(0.8)) if both else None,
        value(youden) if both else None,
    ]


def follow_up(draw, n, share, style):
    times, events = [], []
    for _ in range(n):
        t = 1 + 10 * draw.u()
        times.append(math.floor(t) if style else t)
        events.append(draw.u() < share)
    return np.array(times, dtype=float), np.array(events, dtype=bool)


def survival(case):
    draw = Draw(3, case)
    n = rows(draw, case)
    style = case % 2
    train_t, train_e = follow_up(draw, 40, 1.1 if case % 20 == 7 else 0.5, style)
    test_t, test_e = follow_up(draw, n, 0 if case % 10 == 9 else 0.6, style)
    risks = draw.column(n, case % 4)
    groups = np.array([math.floor(draw.u() * (2 + case % 2)) for _ in range(n)])
    if n == 0:
        return [None] * 14
    low, high = test_t.min(), test_t.max()
    times = np.array([low + (high - low) * q for q in (0.25, 0.5, 0.75)])
    predicted = np.array([[1 / (1 + math.exp(r)) ** (k + 1) for k in range(3)] for r in risks])
    train, test = Surv.from_arrays(train_e, train_t), Surv.from_arrays(test_e, test_t)

    # scikit-survival asks for weights at times after the last one asked for, which no score uses, and refuses those beyond
    # the training part; a control stays one at any such time
    clipped = np.where(test_t > max(times[2], train_t.max()), max(np.nextafter(times[2], np.inf), train_t.max()), test_t)
    inside = Surv.from_arrays(test_e, clipped)

    def dynamic():
        at, mean = svm.cumulative_dynamic_auc(train, test, risks, times)
        return [*at, mean]

    try:
        auc = [x if math.isfinite(x) else None for x in map(float, dynamic())]
    except ValueError:
        auc = [None] * 4
    km = KaplanMeierFitter().fit(test_t, test_e).survival_function_.loc[np.unique(test_t)].to_numpy()[:, 0]
    _, same, interval = kaplan_meier_estimator(test_e, test_t, conf_type="log-log")
    assert np.allclose(km, same, atol=1e-12)
    # lifelines gives 0 and 1 where no event has two groups at risk: nothing is compared
    compared = any(len(set(groups[test_t >= t])) > 1 for t in test_t[test_e])
    ranks = multivariate_logrank_test(test_t, groups, test_e) if compared else None
    return [
        value(lambda: svm.concordance_index_censored(test_e, test_t, risks)[0]),
        value(lambda: svm.concordance_index_ipcw(train, test, risks)[0]),
        value(lambda: svm.concordance_index_ipcw(train, test, risks, tau=times[2])[0]),
        *auc,
        value(lambda: svm.integrated_brier_score(train, inside, predicted, times)) if test_e.any() else None,
        float(km.sum()),
        float(interval[0].sum()),
        float(interval[1].sum()),
        float(km[len(km) // 2]),
        None if ranks is None else value(lambda: ranks.test_statistic),
        None if ranks is None else value(lambda: ranks.p_value),
    ]


def rank_values(ranks, k, n):
    return [
        value(lambda: (ranks <= k).mean()) if k < n else None,
        value(lambda: np.median(ranks)),
        value(lambda: (1 / ranks).mean()),
    ]


def retrieval(case):
    draw = Draw(4, case)
    n = rows(draw, case)
    if n == 0:
        return [None] * 12
    style = [0, 1, 2, 3][case % 4]
    a = draw.column(3 * n, style).reshape(n, 3)
    b = draw.column(3 * n, style).reshape(n, 3) * 0.5 + a
    # whole numbers keep ties ties: no rounding
    s = np.floor(a * 8) @ np.floor(b * 8).T
    out = []
    for matrix in (s, s.T):
        for method in ("max", "average"):
            out += rank_values(np.array([stats.rankdata(-row, method=method)[i] for i, row in enumerate(matrix)]), 5, n)
    return out


def representation(case):
    draw = Draw(5, case)
    n = rows(draw, case)
    width = 1 + case % 6
    a = draw.column(n * width, 3 if case % 20 == 9 else case % 2 if width > 1 else 0).reshape(n, width)
    b = a * 0.5 + draw.column(n * width, 0).reshape(n, width)
    targets = draw.column(n, 0)
    if n == 0:
        return [None] * 7
    if case % 7 == 3 and width > 2:
        a[:, 0] = a[:, 1]  # rank deficient
    lengths = np.linalg.norm(a, axis=1)
    whole = (lengths > 0).all()
    with np.errstate(all="ignore"):
        x, y = a / lengths[:, None], b / np.linalg.norm(b, axis=1)[:, None]
    pairs = np.array([((x[i] - x[j]) ** 2).sum() for i in range(n) for j in range(i)])
    varies = (a != a[0]).any()

    def rank():
        s = np.linalg.svd(a - a.mean(0), compute_uv=False)
        p = s / s.sum()
        return math.exp(-(p[p > 0] * np.log(p[p > 0])).sum())

    def cka():
        h = np.eye(n) - 1 / n
        k, m = h @ (a @ a.T) @ h, h @ (b @ b.T) @ h
        return (k * m).sum() / math.sqrt((k * k).sum() * (m * m).sum())

    def near(metric):
        known = KNeighborsRegressor(3, metric=metric, algorithm="brute").fit(b, targets)
        return float((known.predict(b + 0.01) * np.arange(1, n + 1)).sum())

    return [
        value(lambda: (((x - y) ** 2).sum(1)).mean()) if whole else None,
        value(lambda: (((x - y) ** 2).sum(1) ** 0.5).mean()) if whole else None,
        value(lambda: math.log(np.exp(-2 * pairs).mean())) if whole else None,
        value(rank) if varies else None,
        value(cka) if varies else None,
        value(lambda: near("euclidean")),
        value(lambda: near("cosine")) if width > 1 else None,
    ]


def delong(labels, a, b):
    """From the definition: placements over all pairs."""
    if labels.sum() < 2 or (1 - labels).sum() < 2:
        return [None, None, None]

    def parts(s):
        wins = (s[labels == 1][:, None] > s[labels == 0]) + 0.5 * (s[labels == 1][:, None] == s[labels == 0])
        return wins.mean(1), wins.mean(0)

    (pa, na), (pb, nb) = parts(a), parts(b)
    variance = np.var(pa - pb, ddof=1) / len(pa) + np.var(na - nb, ddof=1) / len(na)
    if variance < 1e-28:
        return [None, None, None]
    difference = pa.mean() - pb.mean()
    return [float(difference), math.sqrt(variance), float(2 * stats.norm.sf(abs(difference) / math.sqrt(variance)))]


def inference(case):
    draw = Draw(6, case)
    n = rows(draw, case)
    a, b = draw.column(n, case % 4), draw.column(n, case % 4)
    labels = np.array([1 if draw.u() < 0.5 else 0 for _ in range(n)], dtype=int)
    # whole multiples of 1/1024: sums do not round, so ties of the permutation distribution are ties
    small = np.floor(draw.column(2 + case % 7, 0) * 1024) / 1024
    replicates, pvalues = draw.column(60, case % 3), [draw.u() * 0.2 for _ in range(1 + case % 8)]
    d = a - b
    one = delong(labels, a + labels, b)
    tost = [None] * 2
    if n > 1 and (d != d[0]).any():
        p, lower, _ = ttost_paired(a, b, -0.3, 0.3)
        tost = [float(p), float(lower[1])]
    permuted = stats.permutation_test((small,), lambda x, axis: x.mean(axis), permutation_type="samples", vectorized=True)
    bca = [None, None]
    if n > 2 and case % 4 != 3:
        shifted = replicates * 0.3 + a.mean()
        known = stats._resampling.BootstrapResult(None, shifted, None)
        found = stats.bootstrap((a,), np.mean, n_resamples=0, bootstrap_result=known, method="BCa", vectorized=True)
        bca = [float(x) if math.isfinite(x) else None for x in found.confidence_interval]
    residuals = np.abs(d)
    at = math.ceil((n + 1) * 0.8 - 1e-9)
    half = float(np.sort(residuals)[at - 1]) if 0 < at <= n else None
    holm = multipletests(pvalues, method="holm")[1]
    return [*one, *tost, float(permuted.pvalue), *bca, half, float(holm.sum()), float(holm[0])]


def distributions():
    z = [-12 + 0.25 * i for i in range(97)]
    p = [1e-12, 1e-6, 0.001, 0.025, 0.2, 0.5, 0.7, 0.975, 0.9999]
    return {
        "normal": [float(stats.norm.cdf(x)) for x in z],
        "quantile": [float(stats.norm.ppf(x)) for x in p],
        "student": [float(stats.t.sf(x / 3, df)) for df in (1, 2, 7, 30, 400) for x in range(-30, 31, 5)],
        "chi": [float(stats.chi2.sf(x, df)) for df in (1, 2, 3, 7) for x in (0.01, 0.5, 2, 9, 40)],
        "wilcoxon": [float(stats.wilcoxon(np.arange(1.0, n + 1), method="exact").pvalue) for n in range(1, 11)],
        "mannWhitney": [
            float(stats.mannwhitneyu(np.arange(n), np.arange(20, 23), method="exact").pvalue) for n in range(1, 8)
        ],
    }


if __name__ == "__main__":
    out = {"distributions": distributions()}
    for make in (regression, classification, survival, retrieval, representation, inference):
        out[make.__name__] = [make(case) for case in range(COUNT)]
    with open(sys.argv[1], "w") as file:
        lines = ",\n".join(
            f'"{name}": ' + (json.dumps(rows_) if name == "distributions" else "[\n" + ",\n".join(json.dumps(r) for r in rows_) + "\n]")
            for name, rows_ in out.items()
        )
        file.write("{\n" + lines + "\n}\n")

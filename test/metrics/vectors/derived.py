"""Derived series in exact fractions, by their definitions: prints test/metrics/vectors/derived.json.

Shares nothing with Runlens. The moving average is the published loop of TensorBoard's line charts (vz_line_chart2,
resmoothDataset), in which `last` is kept and divided by the debiasing weight at each point.
"""
import json
from fractions import Fraction
from random import Random


def ema(values, weight):
    weight = Fraction(weight)
    last = Fraction(0)
    for count, value in enumerate(values, start=1):
        last = last * weight + (1 - weight) * Fraction(value)
        debias = 1 if weight == 1 else 1 - weight**count
        yield last / debias


def rolling(values, statistic, rows):
    of = {"min": min, "max": max, "mean": lambda window: sum(window) / len(window)}[statistic]
    for end in range(1, len(values) + 1):
        yield of([Fraction(value) for value in values[max(0, end - rows):end]])


def rate(values, times, rows):
    timed = [place for place, time in enumerate(times) if time is not None]
    for place in range(len(values)):
        before = [other for other in timed if other < place][-rows:]
        if times[place] is None or not before or times[place] <= times[before[0]]:
            yield None
        else:
            change = Fraction(values[place]) - Fraction(values[before[0]])
            yield change / Fraction(times[place] - times[before[0]], 1_000_000)


random = Random(5)
values = [round(2 / (1 + place / 10) + random.gauss(0, 0.3), 4) for place in range(60)]
values[20] = 1e16
# One time is not known, and after 40 values the run was resumed from an earlier one.
times = [1_704_067_200_000_000 + place * 500_000 + random.randrange(400_000) for place in range(60)]
times[7] = None
times[40:] = [time - 3_000_000 for time in times[40:]]

series = [({"kind": "ema", "weight": weight}, ema(values, weight)) for weight in (0, 0.6, 0.95, 0.999)]
for statistic in ("min", "max", "mean"):
    for rows in (1, 2, 7, 60, 100):
        series.append(({"kind": "rolling", "statistic": statistic, "rows": rows}, rolling(values, statistic, rows)))
series += [({"kind": "rate", "rows": rows}, rate(values, times, rows)) for rows in (1, 5, 100)]

answer = [
    {"name": " ".join(map(str, formula.values())), "formula": formula, "expected": [None if number is None else float(number) for number in numbers]}
    for formula, numbers in series
]
print(json.dumps({"values": values, "times": times, "series": answer}))

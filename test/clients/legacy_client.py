"""A client of the REST interface such as users have: asks for everything that is documented, and prints what it got.

usage: legacy_client.py BASE_URL RUN_ID
"""

import json
import sys

import requests

base_url, run_id = sys.argv[1:]
run_url = f"{base_url}/api/runs/{run_id}"


def show(name, **facts):
    print(f"{name} {json.dumps(facts, ensure_ascii=False, allow_nan=False)}")


def counts(response):
    return {name: response.headers.get(name) for name in ("X-Row-Count", "X-Total-Count", "X-Last-Step")}


def show_metrics(name, response):
    response.raise_for_status()
    data = response.json()
    rows = data["rows"]
    show(
        name,
        columns=data["columns"],
        total=data["total"],
        sampled=data["sampled"],
        rows=len(rows),
        first=rows[0],
        last=rows[-1],
        highest=max(row["accuracy"] for row in rows),
        rates=[row["learning_rate"] for row in rows if row["learning_rate"] is not None][:2],
        headers=counts(response),
    )


def show_error(name, response):
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        show(name, status=error.response.status_code, body=error.response.json())


response = requests.get(f"{run_url}/metrics_step", params={"downsample": 2000})
data = response.json()
print(f"总数据点: {data['total']}, 采样后: {data['sampled']}")

show_metrics("metrics", requests.get(f"{run_url}/metrics", params={"downsample": 2000}))
show_metrics("metrics_step", requests.get(f"{run_url}/metrics_step"))
show("stats", **requests.get(f"{base_url}/api/metrics/cache/stats").json())
show("head", status=requests.head(f"{run_url}/metrics").status_code)
show("health", status=requests.get(f"{base_url}/api/health").json()["status"])
show("runs", ids=[run["id"] for run in requests.get(f"{base_url}/api/runs").json()])
show("run", path=requests.get(run_url).json()["path"])
show_error("unknown", requests.get(f"{base_url}/api/runs/unknown/metrics"))
show_error("refused", requests.get(f"{run_url}/metrics", params={"downsample": 50}))

#!/usr/bin/env python3
"""Prints columns of a run as CSV, and with --follow the rows that come while it trains.

Needs nothing but requests: `apt install python3-requests`, or `pip install requests`.
A row that changed is printed again, so of rows with the same step the last one counts.
"""

import argparse
import csv
import json
import math
import sys
import time

import requests

ROWS = """
fragment Rows on MetricFrame { x series { name values nonFinite { x value } } cursor }
"""

CURVES = ROWS + """
query ($run: ID!, $columns: [String!], $downsample: Downsample) {
  run(runId: $run) { metricsStep(columns: $columns, downsample: $downsample) { ...Rows missingColumns } }
}
"""

LIVE_ROWS = ROWS + """
subscription ($run: ID!, $columns: [String!], $after: String) {
  metrics(runId: $run, columns: $columns, after: $after) {
    __typename
    ... on MetricDelta { frame { ...Rows } removed }
    ... on StreamReset { reason cursor }
    ... on StreamEnd { status cursor }
  }
}
"""

NON_FINITE = {"NAN": math.nan, "POSITIVE_INFINITY": math.inf, "NEGATIVE_INFINITY": -math.inf}


def ask(url, query, **variables):
    """The data of a query."""
    response = requests.post(f"{url}/graphql", json={"query": query, "variables": variables}, timeout=60)
    return data_of(response.json())


def events(url, query, **variables):
    """What a subscription sends, over server-sent events. A comment every 12 seconds shows that the gateway is there."""
    body = {"query": query, "variables": variables}
    headers = {"accept": "text/event-stream"}
    with requests.post(f"{url}/graphql", json=body, headers=headers, stream=True, timeout=(10, 40)) as response:
        response.encoding = "utf-8"
        for line in response.iter_lines(decode_unicode=True):
            if line.startswith("data: "):
                yield data_of(json.loads(line[len("data: "):]))


def data_of(answer):
    if answer.get("errors"):
        raise SystemExit("\n".join(error["message"] for error in answer["errors"]))
    return answer["data"]


def rows_of(frame, columns):
    """The rows of a frame: x, and a value for each of the columns, None where it has none."""
    values = {series["name"]: series["values"] for series in frame["series"]}
    non_finite = {
        (series["name"], point["x"]): NON_FINITE[point["value"]]
        for series in frame["series"]
        for point in series["nonFinite"]
    }
    for i, x in enumerate(frame["x"]):
        yield [x, *(non_finite.get((name, x), values[name][i] if name in values else None) for name in columns)]


def follow(url, run, columns, cursor):
    """The rows that were added or changed since the cursor, until the run has ended."""
    while True:
        try:
            for data in events(url, LIVE_ROWS, run=run, columns=columns, after=cursor):
                event = data["metrics"]
                if event["__typename"] == "MetricDelta":
                    yield from rows_of(event["frame"], columns)
                    for x in event["removed"]:
                        print(f"step {x} is gone", file=sys.stderr)
                    cursor = event["frame"]["cursor"]
                    continue
                cursor = event["cursor"]
                if event["__typename"] == "StreamEnd":
                    return
                print(f"begins again, since the file was {event['reason'].lower()}", file=sys.stderr)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            print(f"the connection was lost, reconnecting: {error}", file=sys.stderr)
        time.sleep(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", help="its id, as `runlens runs` lists it")
    parser.add_argument("columns", nargs="+", metavar="column", help="as logged, such as train/loss")
    parser.add_argument("--url", default="http://127.0.0.1:23300", help="of the gateway (default: %(default)s)")
    parser.add_argument("--points", type=int, help="at most so many rows of what there is, 100 or more")
    parser.add_argument("--follow", action="store_true", help="go on until the run has ended")
    options = parser.parse_args()

    downsample = {"points": options.points} if options.points else None
    run = ask(options.url, CURVES, run=options.run, columns=options.columns, downsample=downsample)["run"]
    if run is None:
        raise SystemExit(f"there is no run {options.run}")
    frame = run["metricsStep"]
    if frame["missingColumns"]:
        print(f"not logged so far: {', '.join(frame['missingColumns'])}", file=sys.stderr)

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["step", *options.columns])
    table.writerows(rows_of(frame, options.columns))
    if options.follow:
        for row in follow(options.url, options.run, options.columns, frame["cursor"]):
            table.writerow(row)
            sys.stdout.flush()


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# A tour of the API with nothing but curl: prints each command, then what it answers.
#
# usage: tour.sh [URL [RUN_ID [SECONDS]]]
#   of a gateway (http://127.0.0.1:23300), one of its runs (the newest), and how long to watch what is live (2)
set -euo pipefail

URL=${1:-http://127.0.0.1:23300}
RUN=${2:-}
TIME=${3:-2}

# Says what the command on the standard input is about, prints it, and runs it.
try() {
  local command
  command=$(cat)
  printf '\n# %s\n%s\n' "$1" "$command"
  eval "$command"
  echo
}

try 'The newest runs. A query may come by GET, or as JSON by POST.' <<'COMMAND'
curl -sS -G "$URL/graphql" --data-urlencode 'query={ runs(first: 3) { totalCount nodes { runId status } } }'
COMMAND

if [ -z "$RUN" ]; then
  RUN=$(curl -sS "$URL/api/runs" | sed -n 's/^\[{"id":"\([^"]*\)".*/\1/p')
  [ -n "$RUN" ] || { echo "there are no runs at $URL" >&2; exit 1; }
fi
VARIABLES='{"run": "'$RUN'"}'
printf '\n# From here on of one run:\nRUN=%s\nVARIABLES=%s\nTIME=%s\n' "$RUN" "'$VARIABLES'" "$TIME"

try 'What it logs, and how far it is.' <<'COMMAND'
curl -sS -G "$URL/graphql" --data-urlencode "variables=$VARIABLES" --data-urlencode 'query=
  query ($run: ID!) {
    run(runId: $run) {
      status
      metricsStep(downsample: {points: 100}) { lastStep totalCount series { name missingCount } labels { name } }
    }
  }'
COMMAND

try 'Its first five steps, an array a column. A range includes its ends, and is cut out before anything is thinned.' <<'COMMAND'
curl -sS -G "$URL/graphql" --data-urlencode "variables=$VARIABLES" --data-urlencode 'query=
  query ($run: ID!) {
    run(runId: $run) { metricsStep(range: {from: 1, to: 5}) { x series { name values nonFinite { x value } } } }
  }'
COMMAND

try 'The whole run as rows, over REST: thinned to 100 in which every peak is left. The headers count them.' <<'COMMAND'
curl -sS -i "$URL/api/runs/$RUN/metrics_step?downsample=100" | cut -c 1-200
COMMAND

try 'The same as CSV, in which NaN is NaN.' <<'COMMAND'
curl -sS -H 'Accept: text/csv' "$URL/api/runs/$RUN/metrics_step?downsample=100" | sed -n 1,5p
COMMAND

try 'Its metrics as they come, until it has ended, or the time is over. Without `after`, from its start.' <<'COMMAND'
curl -sS -N --max-time "$TIME" -G "$URL/graphql" -H 'Accept: text/event-stream' \
  --data-urlencode "variables=$VARIABLES" --data-urlencode 'query=
  subscription ($run: ID!) {
    metrics(runId: $run, maxHz: 2) {
      __typename
      ... on MetricDelta { frame { x series { name values } cursor } removed }
      ... on StreamReset { reason }
      ... on StreamEnd { status }
    }
  }' || [ $? = 28 ] # the time is over
COMMAND

try 'Its log likewise, from its last two lines on.' <<'COMMAND'
curl -sS -N --max-time "$TIME" -G "$URL/graphql" -H 'Accept: text/event-stream' \
  --data-urlencode "variables=$VARIABLES" --data-urlencode 'query=
  subscription ($run: ID!) {
    logs(runId: $run, tail: 2, render: {ansi: STRIP}) { ... on LogBatch { lines cursor } ... on StreamEnd { status } }
  }' || [ $? = 28 ] # the time is over
COMMAND

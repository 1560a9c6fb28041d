#!/bin/sh
# Generates the typed operations where what they are made of has changed since: that takes seconds, and every build asks.
set -eu
cd "$(dirname "$0")/.."
stamp=web/api/generated/.stamp

newer_sources() {
  find codegen.ts package-lock.json schema/schema.graphql -newer "$stamp"
  find web -name '*.graphql' -newer "$stamp"
  find test examples/typescript -name '*.ts' ! -path '*/generated/*' -newer "$stamp"
}

is_stale() {
  for place in web/api test examples/typescript; do
    [ -e "$place/generated/graphql.ts" ] || return 0
  done
  [ ! -e "$stamp" ] || [ -n "$(newer_sources)" ]
}

if is_stale; then
  mkdir -p "$(dirname "$stamp")"
  # Of the time before, so that what changes meanwhile is newer.
  touch "$stamp.next"
  echo 'Generating the typed operations…' >&2
  tsx codegen.ts --operations
  mv "$stamp.next" "$stamp"
fi

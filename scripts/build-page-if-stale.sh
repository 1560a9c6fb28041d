#!/bin/sh
# Bundles the page where it is missing, or older than what it is made of: whoever is being served it loses no file.
set -eu
cd "$(dirname "$0")/.."
scripts/generate-if-stale.sh
page=dist/web/index.html

newer_sources() {
  find web examples/typescript/merge-delta.ts package-lock.json -type f ! -name .stamp -newer "$page"
}

if [ ! -e "$page" ] || [ -n "$(newer_sources)" ]; then
  echo 'Bundling the page…' >&2
  vite build web --logLevel warn
fi

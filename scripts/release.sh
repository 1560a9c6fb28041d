#!/bin/sh
# Makes what a release is, in an empty folder that is named: the package, its bill of materials, and the digests of both.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
[ -z "$(ls -A "$1")" ] || { echo "$0: $1 is not empty" >&2; exit 1; }
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
[ -z "$(git status --porcelain)" ] || { echo "$0: there are changes that are not committed" >&2; exit 1; }

npm ci --ignore-scripts
npm audit --omit dev
rm -rf dist
npm run --silent build
npm pack --ignore-scripts --pack-destination "$folder"
npm sbom --omit dev --sbom-format cyclonedx --sbom-type application > "$folder/runlens.cdx.json"
cd "$folder"
sha256sum -- * > SHA256SUMS

#!/usr/bin/env bash
# A newcomer's day, headless: the same day twice gives the same state, its journal verifies, the worked example is to the cent.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
day() { node src/cli/main.ts demo --headless --speed max --json --dir "$directory/$1" | tee "$directory/$1.json"; }
day one
day two
hash() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).stateHash' "$directory/$1.json"; }
[ "$(hash one)" = "$(hash two)" ] || { echo "two runs gave two states" >&2; exit 1; }
node src/cli/main.ts verify --dir "$directory/one"
node src/cli/main.ts net-capital docs/examples/worked-example.yaml --json | grep -q '"netCapital": "4463125.00"'
echo "the same state twice, verified; the worked example to the cent"

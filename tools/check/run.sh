#!/bin/bash
# Everything that has to hold, cheap things first. Each stage has a budget of seconds and a log in build/check; a stage
# counts the PASS, FAIL and SKIP lines that it prints, or as one. Ends with `N passed, N failed, N skipped`.
#
# usage: tools/check/run.sh [STAGE..]
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/check/stages.sh

logs=$PWD/build/check
mkdir -p "$logs"
passed=0 failed=0 skipped=0

# count LOG STATUS: adds up what a stage printed.
count() {
  local p f s
  # cargo's own summaries: `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
  read -r p f s < <(awk '
    /^PASS / { p++ } /^FAIL / { f++ } /^SKIP / { s++ }
    /^test result: / { for (i = 1; i < NF; i++) { if ($(i+1) ~ /^passed/) p += $i; if ($(i+1) ~ /^failed/) f += $i; if ($(i+1) ~ /^ignored/) s += $i } }
    END { print p + 0, f + 0, s + 0 }' "$1")
  if [ "$2" = 77 ]; then s=$((s + 1)); elif [ "$2" != 0 ] && [ "$f" = 0 ]; then f=1; elif [ $((p + f + s)) = 0 ]; then p=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "$p passed, $f failed, $s skipped"
}

# stage NAME BUDGET: runs the function of that name in a shell of its own.
stage() {
  local name=$1 budget=$2 start=$SECONDS status=0 log=$logs/$1.log verdict
  printf '%-22s' "$name"
  timeout -k 10 "$budget" bash -c '. tools/check/stages.sh; '"stage_$name" >"$log" 2>&1 || status=$?
  verdict=$(count "$log" $status)
  count "$log" $status >/dev/null
  [ $status != 124 ] || verdict="$verdict (over its budget of $budget s)"
  echo "$verdict, $((SECONDS - start)) s"
  if [ $status != 0 ] && [ $status != 77 ]; then
    { grep -E '^FAIL |^error|panicked|minimal failing input|^test .* FAILED' "$log" || tail -n 25 "$log"; } | head -n 40 | sed 's/^/    /'
  fi
}

for entry in $STAGES; do
  name=${entry%:*}
  if [ $# -gt 0 ]; then
    case " $* " in *" $name "*) ;; *) continue ;; esac
  fi
  stage "$name" "${entry#*:}"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# load_vectors: a line a case, a last line with the numbers, exit 0, 1 or 2.
#   contract.sh LOAD_VECTORS [EMULATOR...]
program=$1
shift
emulator=$* # words
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0

# expect NAME STATUS FILE...: the output must be that of NAME.out
expect() {
  name=$1 status=$2; shift 2
  $emulator "$program" "$@" >got 2>errors
  got=$?
  if [ "$got" -ne "$status" ]; then echo "$name: exit $got, expected $status"; failed=1; fi
  if ! diff "$name.out" got; then echo "$name: other lines than expected"; failed=1; fi
}

# file NAME CASES
file() {
  printf '{"function":"%s","about":"x","abs_tol":1e-6,"rel_tol":1e-6,"cases":[%s]}' "$2" "$3" >"$1"
}

right='{"name":"right","input":{"daily":[100,100]},"expected":{"ctl":[2.352831334,4.650304516]}}'
wrong='{"name":"wrong","input":{"daily":[100,100]},"expected":{"ctl":[2,4],"atl":[1,1]}}'
file good.json pmc "$right"
file bad.json pmc "$wrong,$right"
file unknown.json no_such_function "$right"
echo '{' >broken.json

printf 'ok good.json: right\n1 passed, 0 failed\n' >good.out
expect good 0 good.json
printf 'FAIL bad.json: wrong: ctl[0]: got 2.3528313347756735 expected 2.0\nok bad.json: right\n1 passed, 1 failed\n' >bad.out
expect bad 1 bad.json
printf 'ok good.json: right\n1 passed, 0 failed\n' >unusable.out
expect unusable 2 unknown.json good.json
expect unusable 2 good.json broken.json
expect unusable 2 good.json missing.json
printf 'moves good.json: daily[]: right\n1 inputs move, 0 stand still\n' >shaken.out
expect shaken 0 --shake good.json
file inert.json pmc '{"name":"inert","input":{"daily":[100],"forgotten":1},"expected":{}}'
printf 'moves inert.json: daily[]: inert\nSTILL inert.json: forgotten\n1 inputs move, 1 stand still\n' >inert.out
expect inert 1 --shake inert.json
exit "$failed"

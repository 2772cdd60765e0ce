# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # sourced by run.sh
#
# The readers of recordings and of snapshots under libFuzzer, with ASan and UBSan: for some
# seconds each, from the same seed, beginning with tests/corpus. What is found goes there when it
# is mended. For more: make fuzz-recording && ./fuzz-recording -seed=2 DIR tests/corpus/recording

seconds=8

# fuzzed NAME: nothing is found
fuzzed()
{
	mkdir "$work/fuzz-$1"
	"$tools/fuzz-$1" -seed=1 -max_total_time=$seconds -timeout=300 -rss_limit_mb=2048 \
		-close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$work/fuzz-$1/" \
		"$work/fuzz-$1" "$here/corpus/$1" >"$work/out" 2>&1 || {
		grep -v '^#' "$work/out" | tail -n 40
		for found in "$work/fuzz-$1"/*-*; do
			[ ! -f "$found" ] || { echo "${found##*/}, base64:"; base64 "$found"; }
		done
	}
	grep -q '^stat::number_of_executed_units: *[1-9]' "$work/out" || echo "nothing was run"
}

printf 'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size);\n%s\n' \
	'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size)
	{ return data && size ? 0 : 0; }' >"$work/fuzz.c"
why=
if ! command -v clang >/dev/null; then
	why="clang is missing; apt-get install clang"
elif ! clang -fsanitize=fuzzer,address,undefined -o "$work/fuzz" "$work/fuzz.c" 2>"$work/err"; then
	why="clang has no libFuzzer; apt-get install libclang-rt-14-dev"
fi
for name in recording snapshot; do
	if [ -n "$why" ]; then
		skip "fuzz: the reader of ${name}s" "$why"
	elif ! make -s -C "$tools" "fuzz-$name" >"$work/out" 2>&1; then
		not_ok "fuzz: the reader of ${name}s is built" "$(cat "$work/out")"
	else
		result "fuzz: the reader of ${name}s" "$(fuzzed "$name")"
	fi
done

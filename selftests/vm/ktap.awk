# SPDX-License-Identifier: GPL-2.0
#
# Judge one test file from what kselftest's runner printed for it: the test's
# own KTAP behind "# ", then the runner's verdict on its exit status. Output
# that is cut off, a plan that is missing or not kept, and an exit status that
# the results do not explain are failures of the file.
#
# In: file, seconds; out: lines appended to the files results and failures,
# and one line for the person who watches.

function record(verdict, name, reason)
{
	gsub(/\t/, " ", name)
	gsub(/\t/, " ", reason)
	printf "%s\t%s\t%s\t%s\n", verdict, file, name, reason >>results
	count[verdict]++
}

function fail(name, text)
{
	record("fail", name, "")
	gsub(/\n/, "\n    ", text)
	sub(/\n *$/, "", text)
	printf "%s: %s\n    %s\n", file, name, text >>failures
}

# Lines without a verdict belong to the next result, as ktap says; but some
# tests explain a failure afterwards.
function note(line)
{
	if (just_failed)
		print "    " line >>failures
	notes = notes line "\n"
	if (++nr_notes > 60) {
		sub(/^[^\n]*\n/, "", notes)
		nr_notes--
	}
	last = line
}

function forget_notes()
{
	notes = ""
	nr_notes = 0
}

function result(line,	failed, name, reason)
{
	failed = line ~ /^not /
	just_failed = 0
	nr_results++
	match(line, /ok [0-9]+/)
	if (substr(line, RSTART + 3, RLENGTH - 3) + 0 != nr_results)
		disorder = line
	name = line
	sub(/^(not )?ok [0-9]+ *(- )?/, "", name)
	if (match(name, /# *SKIP/)) {
		reason = substr(name, RSTART + RLENGTH)
		name = substr(name, 1, RSTART - 1)
		sub(/^[: ]+/, "", reason)
		sub(/ +$/, "", name)
		record("skip", name, reason != "" ? reason : "no reason given")
	} else if (failed) {
		fail(name, notes)
		nr_failed++
		just_failed = 1
	} else {
		record("pass", name, "")
	}
	forget_notes()
}

# The runner's own lines are those that do not start with "# ".
!/^#/ {
	verdict = $0
	next
}

{
	line = $0
	sub(/^# ?/, "", line)
}

line ~ /^selftests: / || line ~ /^(K?TAP) version/ { next }
line ~ /^1\.\.[0-9]+/ {
	if (planned)
		disorder = "a second plan: " line
	planned = 1
	plan = substr(line, 4) + 0
	if (match(line, /# *SKIP/)) {
		skip = substr(line, RSTART + RLENGTH)
		sub(/^[: ]+/, "", skip)
	}
	next
}
line ~ /^(not )?ok [0-9]+/ { result(line); next }
line ~ /^Bail out!/ { bail = line; next }
line ~ /^# Totals:/ { next }
{ sub(/^# /, "", line); note(line) }

END {
	if (verdict ~ /# SKIP/) {
		if (skip == "")
			skip = last != "" ? last : "no reason given"
		record("skip", "", skip)
	} else if (verdict == "") {
		fail("runner", "no verdict of kselftest's runner\n" notes)
	} else if (verdict ~ /TIMEOUT/) {
		fail("timeout", verdict "\n" notes)
	} else if (bail != "") {
		fail("plan", bail "\n" notes)
	} else if (!planned) {
		fail("plan", "no plan was printed; " verdict "\n" notes)
	} else if (disorder != "") {
		fail("plan", "out of order: " disorder)
	} else if (plan != nr_results) {
		fail("plan", "planned " plan ", saw " nr_results "; " verdict "\n" notes)
	} else if (verdict ~ /^not ok/ && !nr_failed) {
		fail("exit status", verdict ", and no failed subtest\n" notes)
	} else if (verdict ~ /^ok/ && nr_failed) {
		fail("exit status", "0, with a failed subtest")
	}
	record("time", "", seconds)
	printf "%-5s %s: %d passed, %d failed, %d skipped, %d s\n",
		count["fail"] ? "FAIL" : count["pass"] ? "ok" : "skip", file,
		count["pass"], count["fail"], count["skip"], seconds
}

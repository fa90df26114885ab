# Recipes for people who change Kliping; CONTRIBUTING.md explains the checks. `just` lists them.

set positional-arguments

bin := ".venv/bin"

[private]
default:
    @just --list

# Make the environment, with everything that the tests need.
setup:
    .ci/run setup

# All tests, or those that the arguments name.
test *args:
    .ci/run test "$@"

# The tests that are neither slow nor write files.
test-fast *args:
    .ci/run test-fast "$@"

# The tests that are marked slow.
test-slow *args:
    .ci/run test-slow "$@"

# The tests that are marked long, which CI leaves out.
long:
    KLIPING_TEST_LONG=1 {{bin}}/pytest -n 0 --timeout 0 -m long

# All tests, with the coverage of parsers and flows/http by most of those that are not slow.
coverage *args:
    .ci/run coverage "$@"

# Lint the code, and spell-check the documentation.
lint:
    .ci/run lint

# Format the code; `.ci/run format` checks it.
format:
    {{bin}}/ruff format .

# Check the types.
types:
    .ci/run types

# Check the layers of imports.
contracts:
    .ci/run contracts

# The path of a newcomer by README, with the installation, and how long each step takes.
newcomer:
    KLIPING_TEST_LONG=1 KLIPING_TEST_INSTALL=1 {{bin}}/pytest -n 0 -s tests/project/test_newcomer.py

# Many runs in one process: what they hold must stay flat.
soak runs="200":
    KLIPING_TEST_RUNS={{runs}} {{bin}}/pytest -n 0 -s --timeout 0 tests/flows/test_soak.py

# Damaged pages, then whole runs over outlets that damage their responses.
fuzz pages="100000" responses="20000":
    FUZZ_PAGES=0:{{pages}} KLIPING_TEST_RESPONSES={{responses}} {{bin}}/pytest -n 0 -s --timeout 0 tests/flows/test_fuzz.py tests/flows/test_fuzz_runs.py

# Kill runs at random moments and at every named point.
kills n="200":
    KLIPING_TEST_KILLS={{n}} {{bin}}/pytest -n 0 --timeout 0 tests/flows/test_crash.py tests/flows/test_crash_points.py

# Stop every long command by SIGINT and SIGTERM at random moments.
stops n="10":
    KLIPING_TEST_STOPS={{n}} {{bin}}/pytest -n 0 -s --timeout 0 tests/flows/test_stop.py

# A benchmark by its name, such as `just bench structure`; docs/benchmarks.md lists them.
bench name *args:
    {{bin}}/python benchmarks/bench_{{name}}.py {{args}}

# Pages of the explorer: `just web-load HOME --readers 1 --no-loads`, or with many readers beside loads and publishes in a copy of a home.
web-load home *args:
    {{bin}}/python benchmarks/web_load.py {{home}} {{args}}

# Every kind of page over a home of yours, in both languages, three widths, light and dark: axe-core, what sticks out, what is too long.
page-audit home *args:
    {{bin}}/python benchmarks/page_audit.py {{home}} {{args}}

# The numbers of a study, compared with a planted press: one of 20,000 articles, and 50 of 500.
study-bench *args:
    {{bin}}/python benchmarks/bench_study.py {{args}}

# Every page of the explorer in Chromium: both languages, three widths, light and dark, keyboard, axe-core, with and without script.
browser:
    KLIPING_TEST_BROWSER=all {{bin}}/pytest -n 0 --timeout 0 --durations=0 tests/kliping/test_web_browser.py

# Every hostile outlet beside a good one, whose rows must not change.
matrix:
    KLIPING_TEST_MATRIX=all {{bin}}/pytest -n 0 --timeout 0 tests/flows/test_isolation_matrix.py

# Plant mistakes, all or those of an area or a file (`just mutants topics`): a test must fail for each.
mutants *parts:
    {{bin}}/python benchmarks/mutants.py {{parts}}

# The operator's path: docs/how-to/install.md from nothing to a finished scheduled backfill, with its time.
operator-path:
    KLIPING_TEST_OPERATOR=1 {{bin}}/pytest -n 0 -s --timeout 0 tests/flows/test_operator_path.py

# The lake with real servers: every fault, and more articles.
lake articles="2000":
    KLIPING_TEST_LONG=1 KLIPING_TEST_LAKE=1 KLIPING_TEST_LAKE_ARTICLES={{articles}} {{bin}}/pytest -n 0 --timeout 0 --durations=0 tests/lake

# Whole commands against a lake under each fault that it must bear: about two hours on two cores.
lake-faults kills="50" *args:
    KLIPING_TEST_LONG=1 KLIPING_TEST_LAKE=1 KLIPING_TEST_KILLS={{kills}} KLIPING_TEST_SILENT_SECONDS=120 KLIPING_TEST_STILL_SECONDS=180 \
    {{bin}}/pytest -n 0 -s --timeout 0 --durations=0 tests/lake/test_whole_runs.py {{args}}

# A run of many outlets without a resolver, with a real Prefect server: one webhook message.
outage outlets="54":
    KLIPING_TEST_LONG=1 KLIPING_TEST_OUTLETS={{outlets}} {{bin}}/pytest -n 0 --timeout 0 tests/flows/test_prefect.py -k resolver

# What an analyst sees first of a home of real news: `just press --section speakers --limit 200`.
press *args:
    {{bin}}/python benchmarks/press.py "$@"

# The studies of docs/studies over the press, written to a folder, with their numbers compared with pandas.
press-studies folder:
    {{bin}}/python benchmarks/press_studies.py {{folder}}

# Make the weights of the tagger again, byte for byte, from a folder with the press and idner-news-2k.
train-tagger *args:
    {{bin}}/python benchmarks/train_tagger.py "$@"

# Print the weights that tell where something happened, by outlets left out: `just train-places --write` writes them.
train-places *args:
    {{bin}}/python benchmarks/train_places.py "$@"

# Fit the weights of events to labelled articles of the press, by days left out: `just fit-events --write` writes them.
fit-events *args:
    {{bin}}/python benchmarks/fit_events.py {{args}}

# Sourced by the scripts: where things are, how they speak, and the one way to ask for a system package.
# shellcheck shell=bash
set -euo pipefail

# shellcheck disable=SC2034  # used by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-~/.cache}/layla

# Home Assistant is ten thousand files: what Python has compiled of them is kept, even where it is told not to keep any,
# in a folder of its own.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$root/.bytecode

# Progress goes to stderr: stdout belongs to the answer of a script.
say() { printf '==> %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# system_packages WHY PACKAGE...: installs them when root, else tells the user how.
system_packages() {
  local why=$1
  shift
  command -v apt-get >/dev/null || fail "$why. Please install the equivalent of: $*"
  ((EUID == 0)) || fail "$why. Please run: sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
  say "$why; installing $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet --quiet >&2
  apt-get install --quiet --quiet --yes --no-install-recommends "$@" >&2
}

# Sourced by the scripts that take --ha VERSION: which environment is meant, and what belongs into it.
# shellcheck shell=bash

# select_environment [--ha VERSION] [ARGUMENT...]: sets ha, requirements, environment and arguments.
# shellcheck disable=SC2034,SC2154  # they are used by, and root comes from, the script that sources this file
select_environment() {
  local oldest newest
  oldest=$(home_assistant_in test.txt)
  newest=$(home_assistant_in demo.txt)
  ha=$oldest
  if [[ ${1-} == --ha ]]; then
    ha=${2-}
    shift $(($# < 2 ? $# : 2))
  fi
  arguments=("$@")
  case $ha in
    "$oldest") requirements=$root/requirements/test.txt environment=$root/.venv ;;
    "$newest") requirements=$root/requirements/demo.txt environment=$root/.venv-$newest ;;
    *) fail "--ha takes $oldest or $newest" ;;
  esac
}

home_assistant_in() { sed -n 's/^homeassistant==\([^ ]*\).*/\1/p' "$root/requirements/$1"; }

# Sourced by deploy/start and deploy/test: the virtualenv .venv with the project installed in it.
# shellcheck shell=bash
#
# As root on Debian it installs missing system packages; as anybody else it names them.

export PIP_DISABLE_PIP_VERSION_CHECK=1
program=deploy/${0##*/}
venv=.venv

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

install_packages() {
  [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null || return 1
  say "installing $*"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed; set PYTHON to one"
}

make_venv() {
  if [[ ! -x $venv/bin/python ]] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    local python
    python=$(find_python)
    say "making $venv with $("$python" --version)"
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv ||
      fail "$python cannot make virtualenvs (Debian: install python3-venv)"
    "$python" -m venv --clear "$venv"
  fi
  new_enough "$venv/bin/python" || fail "$venv holds a Python older than 3.11; remove it"
}

# install_project run: what running needs. install_project test: that and the tools for tests.
install_project() {
  local stamp=$venv/.installed-from now had= wanted=.
  now="$(sha256sum pyproject.toml | cut -d' ' -f1) $PWD"
  [[ ! -f $stamp ]] || had=$(<"$stamp")
  if [[ -x $venv/bin/python && ($had == "$now test" || $had == "$now $1") ]]; then return; fi
  make_venv
  [[ $1 != test ]] || wanted='.[test]'
  say "installing fedschool and what it needs into $venv (a minute or two)"
  "$venv/bin/python" -m pip install --quiet --editable "$wanted"
  echo "$now $1" >"$stamp"
}

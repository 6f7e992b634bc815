# Read by ./run and ./test: makes or refreshes the environment in .venv, with uv where present, else with venv and pip.
# `home` is the project's folder, `extra` what to install besides, such as [test].

fail() {
    echo "aggregator: $*" >&2
    exit 1
}

extra=${extra:-}
venv=$home/.venv
wanted=$(cat "$home/pyproject.toml" "$home/deploy/constraints.txt" | cksum)
case $extra in
    '') stamps='plain test' ;;
    *) stamps='test' ;;
esac

fresh=no
for stamp in $stamps; do
    if [ "$(cat "$venv/.installed-$stamp" 2>/dev/null)" = "$wanted" ]; then fresh=yes; fi
done

if [ "$fresh" = no ]; then
    echo "aggregator: setting up $venv (once, takes a minute)" >&2
    if command -v uv >/dev/null 2>&1; then
        [ -x "$venv/bin/python" ] || uv venv --quiet "$venv" || fail "uv could not make $venv"
        VIRTUAL_ENV=$venv uv pip install --quiet --constraint "$home/deploy/constraints.txt" --editable "$home$extra" ||
            fail "uv could not install what is needed; see above"
    else
        python=$(command -v python3) || fail "Python 3.11 or later is needed: apt install python3 python3-venv"
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or later is needed, this is $("$python" --version)"
        "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "the module venv is missing: apt install python3-venv (or install uv)"
        [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || fail "could not make $venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$home/deploy/constraints.txt" \
            --editable "$home$extra" || fail "pip could not install what is needed; see above"
    fi
    if [ -n "$extra" ]; then echo "$wanted" >"$venv/.installed-test"; else echo "$wanted" >"$venv/.installed-plain"; fi
fi

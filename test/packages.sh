#!/bin/bash
# Installs the Debian packages that are missing: packages.sh NAME...
set -euo pipefail
missing=()
for package in "$@"; do
	dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "these Debian packages are missing: ${missing[*]}; install them, or run this as root" >&2
	exit 1
fi
echo "installing the Debian packages ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A server that comes with a package is not started: tests run their own, on addresses of their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
fi
wait=(-o DPkg::Lock::Timeout=300) # a machine that has just started may be at it itself
install=(apt-get "${wait[@]}" install --yes --no-install-recommends "${missing[@]}")
"${install[@]}" >/dev/null 2>&1 || { apt-get "${wait[@]}" update >/dev/null && "${install[@]}" >/dev/null; }

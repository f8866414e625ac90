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
apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
	{ apt-get update >/dev/null && apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null; }

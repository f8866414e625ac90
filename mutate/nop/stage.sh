#!/bin/bash
# Makes a link to nop for each line of commands.txt, in a folder that is laid out like the root of the image and has nop in it.
#
#	mutate/nop/stage.sh bin/rootfs/tools
set -euo pipefail
umask 022 # any user's container may be the one
root=$1
list=$(dirname "$0")/commands.txt
mkdir -p "$root"/{bin,usr/local}
for folder in sbin usr/{bin,sbin} usr/local/{bin,sbin}; do
	ln -s --relative "$root/bin" "$root/$folder"
done
grep '^[^#]' "$list" | while read -r command; do
	[[ $command = /* ]] || command=/bin/$command
	[ "$command" != /nop ] || continue
	mkdir -p "$root${command%/*}"
	ln -s --relative "$root/nop" "$root$command"
done

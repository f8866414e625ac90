# One stage per image, each from the folder that `make rootfs` stages:
#
#	docker build --target tools -t orderly/tools .
FROM scratch AS webhook
COPY bin/rootfs/webhook/ /
USER 65532:65532
ENTRYPOINT ["/webhook"]

FROM scratch AS sidecarstop
COPY bin/rootfs/sidecarstop/ /
USER 65532:65532
ENTRYPOINT ["/sidecarstop"]

# The wrapper, and what a sidecar's image is swapped to: nop, which exits at once, under every command of mutate/nop/commands.txt.
FROM scratch AS tools
COPY bin/rootfs/tools/ /
USER 65532:65532
ENTRYPOINT ["/nop"]

# git and ssh with what they need, file by file from Debian's packages (cmd/gitclone/image says which), and the cloner that runs them.
FROM scratch AS gitclone
COPY bin/rootfs/gitclone/ /
USER 65532:65532
ENTRYPOINT ["/gitclone"]

// Package nop knows under which commands the program nop ends a sidecar.
//
// Of a container that runs, the API lets only the image be changed. So when a sidecar must be ended that nothing gentler ends, its image
// becomes the tools image, whose entrypoint is nop, a program that ends with 0 whatever it is told. That is all for a sidecar that
// runs what its image says. One with a command of its own is started by the same command again, now in the tools image: an image
// without a program of that name makes a container that cannot be started, and in a Job such a container is a failure. The
// sidecars of well-known meshes, agents and proxies are started in few ways, so the tools image has nop in all those
// places.
//
// The places are a list, commands.txt beside this text, and the list is all there is to know: stage.sh makes a link to nop for each line
// when the image is built, [Knows] reads it for the companion loop, and the package's test builds the image's files and starts every
// sidecar that it knows in them. To teach nop another command, add a line.
//
// A link costs nothing: the image stays two programs. They are links rather than copies, and relative, so that they lead to nop also where the
// image is mounted somewhere below the root. All folders of the usual PATH are one folder, so a program is found in each of them, as on most
// distributions of today.
package nop

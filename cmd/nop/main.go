// Nop exits 0, whatever it is told. It is what the image of a sidecar is swapped to when the work of its Pod is done
// and nothing gentler can end it: the kubelet then stops the sidecar as it stops any container, and what it starts
// in its place ends well at once. It is started with the sidecar's own arguments, so it reads none; and by the sidecar's own
// command, so it lies under the commands of well-known sidecars, which package mutate/nop lists.
package main

func main() {}

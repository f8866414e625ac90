// Nop exits 0, whatever it is told. It is what the image of a sidecar is swapped to when the work of its Pod is done
// and nothing gentler can end it: the kubelet then stops the sidecar as it stops any container, and what it starts
// in its place ends well at once. It is started with the sidecar's own arguments, so it reads none.
package main

func main() {}

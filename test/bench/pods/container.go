package pods

import (
	"io/fs"
	"testing/fstest"
)

// Container gives the cgroup of a container with the memory that the chart allows the webhook, 256 MiB.
func Container() fs.FS {
	return fstest.MapFS{"memory.max": {Data: []byte("268435456\n")}}
}

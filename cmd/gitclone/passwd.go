package main

import "fmt"

// passwdFor is what /etc/passwd of the container holds: the user that it runs as, whom the image cannot know, and without whom ssh does not
// run. The shell is what ssh starts for the conditions in its configuration.
func passwdFor(uid, gid int, home string) string {
	name := "orderly"
	if uid == 0 {
		name = "root"
	}
	return fmt.Sprintf("%s:x:%d:%d::%s:/bin/sh\n", name, uid, gid, home)
}

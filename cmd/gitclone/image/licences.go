package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// commonLicence is how a package refers to the text of a licence that many share.
var commonLicence = regexp.MustCompile(`/usr/share/common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9])`)

// licences adds to the files of an image what their owners ask for when copies are handed on: the copyright file of each package
// that a file comes from, and the texts of the licences to which those refer.
func licences(t tree, files []string) ([]string, error) {
	found := map[string]bool{}
	for queue := slices.Clone(files); len(queue) > 0; queue = queue[1:] {
		if found[queue[0]] {
			continue
		}
		found[queue[0]] = true
		e := t[queue[0]]
		notice := "usr/share/doc/" + e.owner + "/copyright"
		steps, err := t.follow(notice)
		if err != nil {
			return nil, fmt.Errorf("looking for the licence of %s: %w", e.owner, err)
		}
		queue = append(queue, steps...)
		if !strings.HasSuffix(queue[0], "/copyright") {
			continue
		}
		for _, match := range commonLicence.FindAllStringSubmatch(string(e.content), -1) {
			steps, err := t.follow("usr/share/common-licenses/" + match[1])
			if err != nil {
				return nil, fmt.Errorf("/%s refers to a licence: %w", queue[0], err)
			}
			queue = append(queue, steps...)
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

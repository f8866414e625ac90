package main

import (
	"regexp"
	"strings"
)

// parseOffers reads the entries of packages as `apt-cache show` prints them.
func parseOffers(text string) []pinned {
	var offers []pinned
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var p pinned
		for line := range strings.Lines(paragraph) {
			key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
			switch key {
			case "Package":
				p.name = value
			case "Version":
				p.version = value
			case "Architecture":
				p.architecture = value
			case "SHA256":
				p.sha256 = value
			}
		}
		if p.name != "" {
			offers = append(offers, p)
		}
	}
	return offers
}

// planned is a line of what apt would install: "Inst NAME (VERSION SOURCE [ARCHITECTURE])".
var planned = regexp.MustCompile(`(?m)^Inst (\S+) \((\S+) .*\[(\S+)\]\)`)

func parsePlan(text string) []pinned {
	var found []pinned
	for _, match := range planned.FindAllStringSubmatch(text, -1) {
		found = append(found, pinned{name: match[1], version: match[2], architecture: match[3]})
	}
	return found
}

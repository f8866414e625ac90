package main

import (
	"path/filepath"
	"strconv"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// section is one part of a git configuration (git-config(1), "Syntax").
type section struct {
	name, sub string
	values    []setting
}

type setting struct{ name, value string }

// writeConfig writes every value in quotes, so that none can end before its end.
func writeConfig(sections []section) string {
	var b strings.Builder
	for _, s := range sections {
		b.WriteString("[" + s.name)
		if s.sub != "" {
			b.WriteString(" " + configQuote(s.sub))
		}
		b.WriteString("]\n")
		for _, v := range s.values {
			b.WriteString("\t" + v.name + " = " + configQuote(v.value) + "\n")
		}
	}
	return b.String()
}

func configQuote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}

// gitConfig is all of git's configuration but the repository's own, for the time of the clone. Nothing of it stays behind. It has what
// is for the server's eyes under that server's address, so that no other one, of a submodule or behind a redirect, gets to see it.
func gitConfig(r clone.Repository, c credentials, s surroundings, directory string) string {
	sections := []section{
		{name: "core", values: []setting{{"hooksPath", "/dev/null"}, {"askPass", ""}, {"fsmonitor", "false"}}},
		{name: "init", values: []setting{{"templateDir", ""}, {"defaultBranch", "main"}}},
		{name: "gc", values: []setting{{"auto", "0"}}},
		{name: "maintenance", values: []setting{{"auto", "false"}}},
		{name: "advice", values: []setting{{"detachedHead", "false"}}},
		// Files are written by several processes: most of the time of a large tree is waiting for the disk.
		{name: "checkout", values: []setting{{"workers", strconv.Itoa(s.workers)}}},
		// What sends no byte for two minutes has died. A server that thinks sends something every five seconds (upload-pack's keepAlive).
		{name: "http", values: []setting{{"lowSpeedLimit", "1"}, {"lowSpeedTime", "120"}}},
		{name: "credential", values: []setting{{"helper", ""}}},
	}
	if c.password != "" {
		store := "store --file=" + shellQuote(filepath.Join(directory, passwordsFile))
		sections = append(sections, section{name: "credential", sub: server(r.URL), values: []setting{{"helper", store}}})
	}
	if c.header != "" {
		// git sends the header wherever a redirect leads, from the second request on, so none is followed.
		sections = append(sections, section{name: "http", sub: server(r.URL) + "/",
			values: []setting{{"extraHeader", "Authorization: " + c.header}, {"followRedirects", "false"}}})
	}
	if c.authorities != "" {
		// For every server: a private authority has more than one, and submodules lie on others.
		sections = append(sections, section{name: "http", values: []setting{{"sslCAInfo", filepath.Join(directory, authoritiesFile)}}})
	}
	if s.lfs {
		sections = append(sections, lfsFilter)
	}
	return writeConfig(sections)
}

// lfsFilter is what `git lfs install` configures.
var lfsFilter = section{name: "filter", sub: "lfs", values: []setting{
	{"clean", "git-lfs clean -- %f"},
	{"smudge", "git-lfs smudge -- %f"},
	{"process", "git-lfs filter-process"},
	{"required", "true"},
}}

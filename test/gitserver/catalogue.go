package gitserver

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
)

// catalogue are the repositories that every store has, but for those with submodules and large files:
//
//	app.git        main with five commits, branches, tags, and a ref of another kind, see app
//	direct.git     the same, and gives every commit that can be reached, also by protocol 0
//	trunk.git      HEAD names trunk, and there is no main
//	empty.git      no commit
//	sha256.git     app with longer hashes
//	odd.git        links, programs, and names that are hard to write
//	wide.git       folders docs, tools/deep, src, and a file in each and beside them
//	libs/deep.git  what is a submodule
//	team/inner/app.git   app in a folder
func catalogue() map[string]Repository {
	direct, long := app(), app()
	direct.Config = map[string]string{"uploadpack.allowReachableSHA1InWant": "true"}
	long.Format = "sha256"
	return map[string]Repository{
		"app.git": app(), "direct.git": direct, "sha256.git": long, "team/inner/app.git": app(),
		"trunk.git":     {Branch: "trunk", Commits: commits("refs/heads/trunk", 2)},
		"empty.git":     {},
		"odd.git":       {Commits: []Commit{{Ref: "refs/heads/main", Files: OddFiles()}}},
		"wide.git":      {Commits: []Commit{{Ref: "refs/heads/main", Files: wideFiles()}}},
		"libs/deep.git": {Commits: commits("refs/heads/main", 2)},
	}
}

// app has five commits on main (1 to 5), and beside it:
//
//	feature/x         a branch of one commit above 3
//	release-1.0, -1.1 branches at commits above 2
//	v1                a light tag of 2
//	v2                an annotated tag of 4
//	both              a branch above 1, and a tag of 4
//	refs/pull/1/head  a commit above 4
func app() Repository {
	all := commits("refs/heads/main", 5)
	add := func(ref string, from int) {
		all = append(all, Commit{Ref: ref, From: from, Files: map[string]File{"branch.txt": {Content: ref + "\n"}}})
	}
	add("refs/heads/feature/x", 3)
	add("refs/heads/release-1.0", 2)
	add("refs/heads/release-1.1", 2)
	add("refs/heads/both", 1)
	add("refs/pull/1/head", 4)
	return Repository{Commits: all, Light: map[string]int{"v1": 2, "both": 4}, Annotated: map[string]int{"v2": 4}}
}

// commits are n commits of a branch, each of which changes README.md.
func commits(ref string, n int) []Commit {
	all := make([]Commit, n)
	for i := range all {
		all[i] = Commit{Ref: ref, Files: map[string]File{"README.md": {Content: fmt.Sprintf("version %d\n", i+1)}}}
	}
	maps.Copy(all[0].Files, map[string]File{
		"src/main.go": {Content: "package main\n"}, "docs/guide.md": {Content: "how\n"}, "tools/run.sh": {Mode: Executable, Content: "#!/bin/sh\n"},
	})
	return all
}

// OddFiles are the files of odd.git.
func OddFiles() map[string]File {
	return map[string]File{
		"run.sh":                  {Mode: Executable, Content: "#!/bin/sh\necho run\n"},
		"plain.txt":               {Content: "plain\n"},
		"link":                    {Mode: Symlink, Content: "plain.txt"},
		"dangling":                {Mode: Symlink, Content: "nowhere/at/all"},
		"outside":                 {Mode: Symlink, Content: "/etc/hostname"},
		"folder/link":             {Mode: Symlink, Content: "../plain.txt"},
		"mit Umlaut äöü/ß.txt":    {Content: "ß\n"},
		"日本語/ファイル":                {Content: "漢字\n"},
		"with space and 'quotes'": {Content: "quotes\n"},
		"with\ttab":               {Content: "tab\n"},
		"with\nnewline":           {Content: "newline\n"},
		"with\"double":            {Content: "double\n"},
		"-dash":                   {Content: "dash\n"},
		"--upload-pack=x":         {Content: "an option\n"},
		"$(touch x)":              {Content: "a command\n"},
		"back\\slash":             {Content: "backslash\n"},
		"*":                       {Content: "star\n"},
		"empty":                   {Content: ""},
		"crlf.txt":                {Content: "one\r\ntwo\r\n"},
	}
}

func wideFiles() map[string]File {
	files := map[string]File{}
	for _, path := range []string{"top.txt", "docs/a.md", "docs/deep/b.md", "tools/t.sh", "tools/deep/u.sh", "tools/other/v.sh", "src/main.go"} {
		files[path] = File{Content: path + "\n"}
	}
	return files
}

// AddMany makes a repository of one commit on main with so many small files, 100 in each folder.
func (s *Store) AddMany(name string, count int) error {
	files := make(map[string]File, count)
	for i := range count {
		files[fmt.Sprintf("part%03d/folder%03d/file%05d.txt", i/10000, i/100, i)] = File{Content: fmt.Sprintf("file %d of %s\nand another line\n", i, name)}
	}
	return s.Add(name, Repository{Commits: []Commit{{Ref: "refs/heads/main", Files: files}}})
}

// AddBulk makes a repository of one commit on main with so many files of so many bytes each, which cannot be compressed.
func (s *Store) AddBulk(name string, count, size int) error {
	noise := rand.NewChaCha8(sha256.Sum256([]byte(name)))
	files := make(map[string]File, count)
	for i := range count {
		content := make([]byte, size)
		_, _ = noise.Read(content) // it never fails
		files[fmt.Sprintf("folder%02d/file%04d.bin", i/100, i)] = File{Content: string(content)}
	}
	return s.Add(name, Repository{Commits: []Commit{{Ref: "refs/heads/main", Files: files}}})
}

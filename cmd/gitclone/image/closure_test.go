package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileComesWithEverythingThatItNeeds(t *testing.T) {
	files := tree{
		"usr": folder, "usr/bin": folder, "usr/lib": folder, "lib": folder, "bin": folder,
		"usr/bin/tool":        {content: makeELF(t, program{loader: "/lib/ld.so", libraries: []string{"liba.so.1", "libc.so.6"}})},
		"usr/bin/script":      file("#! /bin/sh -e\nexit 0\n"),
		"bin/sh":              linkTo("dash"),
		"bin/dash":            {content: makeELF(t, program{loader: "/lib/ld.so", libraries: []string{"libc.so.6"}})},
		"lib/ld.so":           file("the loader"),
		"lib/libc.so.6":       {content: makeELF(t, program{})},
		"usr/lib/liba.so":     file("for compilers"),
		"usr/lib/liba.so.1":   linkTo("liba.so.1.2"),
		"usr/lib/liba.so.1.2": {content: makeELF(t, program{libraries: []string{"libb.so.2"}})},
		"lib/libb.so.2":       {content: makeELF(t, program{libraries: []string{"libc.so.6"}})},
		"usr/lib/libb.so.2":   file("not looked at, because lib comes first"),
		"usr/lib/unused.so":   file("nobody needs it"),
		"usr/lib/notes":       file("only text"),
	}
	for _, tc := range []struct {
		name   string
		wanted []string
		want   []string
	}{
		{"text needs nothing", []string{"usr/lib/notes"}, []string{"usr/lib/notes"}},
		{"a program needs its loader and libraries, and these theirs", []string{"usr/bin/tool"},
			[]string{"lib/ld.so", "lib/libb.so.2", "lib/libc.so.6", "usr/bin/tool", "usr/lib/liba.so.1", "usr/lib/liba.so.1.2"}},
		{"a script needs its interpreter, by its link", []string{"usr/bin/script"},
			[]string{"bin/dash", "bin/sh", "lib/ld.so", "lib/libc.so.6", "usr/bin/script"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := closure(files, tc.wanted, []string{"lib", "usr/lib"})
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestWhatIsMissingIsNamedWithWhoNeedsIt(t *testing.T) {
	for _, tc := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a library", makeELF(t, program{libraries: []string{"libgone.so.1"}}), "/tool: no package has the library libgone.so.1"},
		{"a loader", makeELF(t, program{loader: "/lib/ld.so"}), "no package has /lib"},
		{"an interpreter", []byte("#!/usr/bin/perl\n"), "no package has /usr"},
		{"half a program", []byte(elf.ELFMAG), "looking what /tool needs"},
		{"libraries from elsewhere", makeELF(t, program{runPath: "/opt/lib"}), `it looks for libraries in ["/opt/lib"]`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := closure(tree{"tool": {content: tc.content}}, []string{"tool"}, []string{"lib"})
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// program is what an ELF file says about what it needs.
type program struct {
	loader    string
	libraries []string
	runPath   string
}

// makeELF returns a file that says so, and holds nothing else.
func makeELF(t *testing.T, p program) []byte {
	t.Helper()
	names := []byte{0}
	var dynamic []elf.Dyn64
	say := func(tag elf.DynTag, name string) {
		dynamic = append(dynamic, elf.Dyn64{Tag: int64(tag), Val: uint64(len(names))})
		names = append(append(names, name...), 0)
	}
	for _, name := range p.libraries {
		say(elf.DT_NEEDED, name)
	}
	if p.runPath != "" {
		say(elf.DT_RUNPATH, p.runPath)
	}
	dynamic = append(dynamic, elf.Dyn64{})

	const headers, programs, sections = 64, 56, 64
	at := func(parts ...int) (offset uint64) {
		for _, length := range parts {
			offset += uint64(length)
		}
		return offset
	}
	size := len(dynamic) * 16
	header := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1, Ehsize: headers,
		Phoff: headers, Phentsize: programs, Phnum: 1, Shentsize: sections, Shnum: 3,
		Shoff: at(headers, programs, len(p.loader), len(names), size)}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS], header.Ident[elf.EI_DATA], header.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	segment := elf.Prog64{Type: uint32(elf.PT_NULL), Off: at(headers, programs), Filesz: uint64(len(p.loader))}
	if p.loader != "" {
		segment.Type = uint32(elf.PT_INTERP)
	}
	table := []elf.Section64{{},
		{Type: uint32(elf.SHT_STRTAB), Off: at(headers, programs, len(p.loader)), Size: uint64(len(names))},
		{Type: uint32(elf.SHT_DYNAMIC), Off: at(headers, programs, len(p.loader), len(names)), Size: uint64(size), Link: 1, Entsize: 16}}

	var content bytes.Buffer
	for _, part := range []any{header, segment, []byte(p.loader), names, dynamic, table} {
		require.NoError(t, binary.Write(&content, binary.LittleEndian, part))
	}
	return content.Bytes()
}

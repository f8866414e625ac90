package dependency

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestTheDocumentedFileIsUnderstood(t *testing.T) {
	files, problems := ParseConfig(`
- {from: /configmaps/nova.conf/nova.conf, to: /etc/nova/nova.conf, for: [nova], interface: eth0}   # a comment
- {from: /configmaps/b, to: /etc/b, for: [nova, cinder]}
`)
	require.Empty(t, problems)
	require.Len(t, files, 2)
	require.Equal(t, contract.Template{Source: "/configmaps/nova.conf/nova.conf", Destination: "/etc/nova/nova.conf", Interface: "eth0"}, files[0].Template())
	require.Equal(t, "item 1 (line 2, column 3)", files[0].Place().String())
	require.Equal(t, contract.Template{Source: "/configmaps/b", Destination: "/etc/b"}, files[1].Template())
	require.Equal(t, "cinder", files[1].Containers()[1].Name)
	require.Equal(t, "item 2 (line 3, column 49)", files[1].Containers()[1].Place.String())
}

func TestTheSameFileMayBeMadeInTwoContainers(t *testing.T) {
	files, problems := ParseConfig("- {from: /a, to: /b, for: [c]}\n- {from: /x, to: /b, for: [d]}")
	require.Empty(t, problems)
	require.Len(t, files, 2)
}

func TestWhatIsRefusedOfConfig(t *testing.T) {
	const hint = "; write {from: /configmaps/nova.conf/nova.conf, to: /etc/nova/nova.conf, for: [nova], interface: eth0}"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"an empty annotation", "", []string{
			"the annotation is empty; write a list of files: {from: /configmaps/nova.conf/nova.conf, to: /etc/nova/nova.conf, for: [nova], interface: eth0}"}},
		{"an empty list", "[]", []string{"the list is empty" + hint + ", or remove the annotation"}},
		{"a bare path", "- /etc/nova.conf", []string{"item 1 (line 1, column 3): the entry is not a mapping" + hint}},
		{"a file that is not complete", "- {to: /b}", []string{
			"item 1 (line 1, column 3): from is missing" + hint, "item 1 (line 1, column 3): for is missing" + hint}},
		{"a spelling mistake", "- {form: /a, to: /b, for: [c]}", []string{
			`form: item 1 (line 1, column 4): a file has no such key (did you mean "from"?)` + hint, "item 1 (line 1, column 3): from is missing" + hint}},
		{"paths that are not absolute", "- {from: a, to: /b/../c, for: [c]}", []string{
			"a: item 1 (line 1, column 10): not the absolute path of a file, without .. and commas, such as /config/done",
			"/b/../c: item 1 (line 1, column 17): not the absolute path of a file, without .. and commas, such as /config/done"}},
		{"paths that the wrapper's flag cannot take", "- {from: /a@b, to: /b, for: [c]}\n- {from: /a, to: /b=c, for: [c]}", []string{
			"item 1 (line 1, column 3): paths of templates cannot have commas, equals signs and at signs; rename the file",
			"item 2 (line 2, column 3): paths of templates cannot have commas, equals signs and at signs; rename the file"}},
		{"a bad interface", "- {from: /a, to: /b, for: [c], interface: an-interface-of-many-letters}", []string{
			"an-interface-of-many-letters: item 1 (line 1, column 43): not the name of a network interface such as eth0"}},
		{"an interface with a slash", "- {from: /a, to: /b, for: [c], interface: a/b}", []string{
			"a/b: item 1 (line 1, column 43): not the name of a network interface such as eth0"}},
		{"a template that replaces itself", "- {from: /a, to: /a, for: [c]}", []string{
			"item 1 (line 1, column 3): from and to are the same file; a template cannot be replaced by what is made of it"}},
		{"a reserved place", "- {from: /a, to: /builder/run/x, for: [c]}", []string{
			"item 1 (line 1, column 3): /builder is reserved; make the file elsewhere"}},
		{"one file made twice for a container", "- {from: /a, to: /b, for: [c, d]}\n- {from: /x, to: /b, for: [e, d]}", []string{
			"/b: item 2 (line 2, column 3): the file is made for d at item 1 (line 1, column 3) already; remove one of them"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := ParseConfig(c.text)
			require.Equal(t, c.want, shownAll(problems))
		})
	}
}

package annotation

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func TestAPlaceIsWrittenForPeople(t *testing.T) {
	for want, place := range map[string]Position{
		"item 3":                       {Item: 3},
		"item 3 (line 2, column 5)":    {Item: 3, Line: 2, Column: 5},
		"item 3.1 (line 2, column 5)":  {Item: 3, Element: 1, Line: 2, Column: 5},
		"item 12.1 (line 7, column 8)": Position{Item: 12, Element: 1, Line: 1, Column: 1}.At(&yaml.Node{Line: 7, Column: 8}),
	} {
		require.Equal(t, want, place.String())
	}
}

func TestAProblemOfTheWholeAnnotationHasNoPlace(t *testing.T) {
	require.Equal(t, "too long", Problem{Detail: "too long"}.String())
	require.Equal(t, "item 1: too long", Problem{Place: Position{Item: 1}, Detail: "too long"}.String())
}

func TestAdmissionReportsAProblemWithItsPath(t *testing.T) {
	path := field.NewPath("metadata", "annotations").Key("orderly.dev/wait-for")
	require.Equal(t, `metadata.annotations[orderly.dev/wait-for]: Invalid value: "A": item 1: no name`,
		Problem{Place: Position{Item: 1}, Value: "A", Detail: "no name"}.Invalid(path).Error())
	require.Equal(t, "metadata.annotations[orderly.dev/wait-for]: Invalid value: no list", Problem{Detail: "no list"}.Invalid(path).Error())
}

const noAlias = "an alias of YAML stands in it, which is not allowed here; put quotes around a text that begins with an asterisk"

func TestATextIsExactlyOneListOrMapping(t *testing.T) {
	for _, c := range []struct{ name, text, list, mapping string }{
		{"nothing", "", "the annotation is empty", "the annotation is empty"},
		{"a list", "[a]", "", "not a mapping"},
		{"a list in lines", "- a\n- b\n", "", "not a mapping"},
		{"an empty list", "[]", "", "not a mapping"},
		{"a mapping", "a: b", "not a list", ""},
		{"a text", "a", "not a list", "not a mapping"},
		{"two documents", "[a]\n---\n[b]", "not a list: something follows its end", "not a mapping: something follows its end"},
		{"an anchor", "&a [a]", "not a list", "not a mapping"},
		{"a tag", "!!seq [a]", "not a list", "not a mapping"},
		{"no YAML", "[a", "not a list: line 1: did not find expected ',' or ']'", "not a mapping: line 1: did not find expected ',' or ']'"},
		{"an alias of nothing", "[*secret]", "not a list: " + noAlias, "not a mapping: " + noAlias},
		{"too much", "[" + strings.Repeat("a", 100) + "]", "may not be more than 100 bytes", "may not be more than 100 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeList(c.text, 100)
			require.Equal(t, c.list, sentence(err))
			_, err = DecodeMapping(c.text, 100)
			require.Equal(t, c.mapping, sentence(err))
		})
	}
}

func TestReadersTakeWhatIsWrittenAndSayWhatIsNot(t *testing.T) {
	for _, c := range []struct {
		name, text string
		read       func(*Reader, Value) any
		want       any
		problem    string
	}{
		{"a text that YAML takes for a number", "1e3", text, "1e3", ""},
		{"null", "null", text, "null", ""},
		{"nothing", "", text, "", "item 1 (line 1, column 5): v is empty; give it a value, or remove it"},
		{"an empty text", "''", text, "", "item 1 (line 1, column 5): v is empty; give it a value, or remove it"},
		{"a list for a text", "[a]", text, "", "item 1 (line 1, column 5): v is one word, not a list or a mapping; write v: a"},
		{"a tag", "!a b", text, "", "item 1 (line 1, column 5): anchors, aliases and tags of YAML are not allowed here; write the text itself"},
		{"a duration", "1h30m", duration, 90 * time.Minute, ""},
		{"a duration without a unit", "5", duration, time.Duration(0),
			"item 1 (line 1, column 5): v is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m"},
		{"no time at all", "0s", duration, time.Duration(0),
			"item 1 (line 1, column 5): v is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m"},
		{"a switch", "true", onOff, true, ""},
		{"a switch that is off", "false", onOff, false, ""},
		{"yes", "yes", onOff, false, "item 1 (line 1, column 5): v is none of false, true; false is the default"},
		{"nearly true", "ture", onOff, false, `item 1 (line 1, column 5): v is none of false, true (did you mean "true"?); false is the default`},
		{"a list", "[a, b]", items, 2, ""},
		{"a text for a list", "a", items, 0, "item 1 (line 1, column 5): v is not a list; write v: a"},
		{"an empty list", "[]", items, 0, "item 1 (line 1, column 5): v is an empty list; name something, or remove it"},
		{"words", "[a, '', null]", words, []string{"a", "", "null"}, ""},
		{"a word that is a list", "[a, [b]]", words, []string(nil), "item 1 (line 1, column 9): an element is one word, not a list or a mapping; write v: a"},
		{"no words", "[]", words, []string(nil), "item 1 (line 1, column 5): v is an empty list; name something, or remove it"},
		{"texts", "{a: 1, b: ''}", texts, "a=1 b=", ""},
		{"texts of which one is missing", "{a: 1, b: }", texts, "a=1", "item 1 (line 1, column 15): b is empty; give it a value, or remove it"},
		{"a text twice", "{a: 1, a: 2}", texts, "a=1", "item 1 (line 1, column 12): the key stands at item 1 (line 1, column 6) already; remove one of them"},
		{"an empty mapping", "{}", texts, "", "item 1 (line 1, column 5): v is an empty mapping; write v: a"},
		{"a list for texts", "[a]", texts, "", "item 1 (line 1, column 5): v is not a mapping; write v: a"},
		{"a mapping", "{one: 1, two: 2}", mapping, "one=1 two=2", ""},
		{"a mapping with a spelling mistake", "{one: 1, tow: 2}", mapping, "one=1",
			`item 1 (line 1, column 14): a thing has no such key (did you mean "two"?); write v: a`},
		{"a mapping with another tool's key", "{one: 1, second: 2}", mapping, "one=1",
			`item 1 (line 1, column 14): a thing has no such key (did you mean "two"?); write v: a`},
		{"a mapping with an empty key", "{'': 1, two: 2}", mapping, "two=2", "item 1 (line 1, column 6): the keys of a thing are words; write v: a"},
		{"a mapping with a list for a key", "{[a]: 1, two: 2}", mapping, "two=2", "item 1 (line 1, column 6): the keys of a thing are words; write v: a"},
		{"a text for a mapping", "a", mapping, "", "item 1 (line 1, column 5): v is not a mapping; write v: a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r Reader
			got := c.read(&r, valueOf(t, c.text))
			require.Equal(t, c.want, got)
			if c.problem == "" {
				require.Empty(t, r.Problems())
				return
			}
			require.Len(t, r.Problems(), 1)
			require.Equal(t, c.problem, r.Problems()[0].String())
		})
	}
}

func TestNobodyIsAskedWhatHeMeantAfterManyProblems(t *testing.T) {
	var r Reader
	require.Equal(t, ` (did you mean "build"?)`, r.Nearest("biuld", []string{"build"}))
	for range EnoughProblems {
		r.Refuse(Position{}, "wrong")
	}
	require.Empty(t, r.Nearest("biuld", []string{"build"}))
}

func text(r *Reader, v Value) any     { text, _ := r.Text(v); return text }
func duration(r *Reader, v Value) any { d, _ := r.Duration(v); return d }
func onOff(r *Reader, v Value) any    { return r.Switch(v) }
func items(r *Reader, v Value) any    { return len(r.Items(v)) }
func words(r *Reader, v Value) any    { return r.TextItems(v) }

func texts(r *Reader, v Value) any {
	var list []string
	for _, text := range r.Texts(v) {
		list = append(list, text.Key+"="+text.Text)
	}
	return strings.Join(list, " ")
}

func mapping(r *Reader, v Value) any {
	var list []string
	r.Mapping(v, Form{Name: "a thing", Keys: []string{"one", "two"}, Foreign: map[string]string{"second": "two"}, Read: func(value Value) {
		list = append(list, value.Key+"="+value.Node.Value)
	}})
	return strings.Join(list, " ")
}

// valueOf gives the value behind a key v.
func valueOf(t *testing.T, text string) Value {
	t.Helper()
	node, err := DecodeMapping("{v: "+text+"}", 1000)
	require.NoError(t, err)
	value := node.Content[1]
	return Value{Key: "v", Node: value, Place: Position{Item: 1}.At(value), Hint: "write v: a"}
}

func sentence(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestTheNearestWordIsProposed(t *testing.T) {
	for _, c := range []struct{ name, word, want string }{
		{"two letters swapped", "biuld", ` (did you mean "build"?)`},
		{"a letter missing", "fetc", ` (did you mean "fetch"?)`},
		{"a letter too many", "buildd", ` (did you mean "build"?)`},
		{"another word", "publish", ""},
		{"far too long a word", strings.Repeat("build", 1000), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, DidYouMean(c.word, []string{"fetch", "build"}))
		})
	}
	require.Empty(t, DidYouMean("x", []string{"y"}), "of two words of one letter neither is like the other")
}

func TestANameThatIsSeveralIsNoticed(t *testing.T) {
	require.Empty(t, PartedHint("build"))
	require.Equal(t, "; names are parted by commas, or each has a line of its own that starts with a dash", PartedHint("build → test"))
}

package mutate

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// makeProblems gives so many problems about one value, each with its own detail.
func makeProblems(count int, value, detail string) field.ErrorList {
	var errs field.ErrorList
	for range count {
		errs = append(errs, field.Invalid(field.NewPath("spec"), value, detail))
	}
	return errs
}

func TestAnAnswerIsBounded(t *testing.T) {
	for _, tc := range []struct {
		name string
		errs field.ErrorList
		want int
		last string
	}{
		{"one problem is always told", makeProblems(1, strings.Repeat("\x00", 1<<20), strings.Repeat("x", 1<<20)), 1, "xxx…"},
		{"as many as there may be", makeProblems(50, "a", "b"), 50, `spec: Invalid value: "a": b`},
		{"too many", makeProblems(51, "a", "b"), 50, " (and 1 problems more)"},
		{"too long", makeProblems(40, "a", strings.Repeat("x", 1900)), 14, " (and 26 problems more)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := bounded(tc.errs)
			require.Len(t, got, tc.want)
			require.True(t, strings.HasSuffix(got[len(got)-1].Error(), tc.last), got[len(got)-1].Error())
			size := 0
			for _, err := range got {
				size += len(err.Error())
			}
			require.LessOrEqual(t, size, maxText+len(" (and 26 problems more)"))
		})
	}
}

func TestTextsAreCutAtTheEndOfACharacter(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"short enough", "abc", "abc"},
		{"too long", "abcd", "abc…"},
		{"a character across the bound", "abédef", "ab…"},
		{"no text at all", "\x80\x80\x80\x80", "…"},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, cut(tc.text, 3)) })
	}
}

func TestADetailIsOneLine(t *testing.T) {
	got := bounded(makeProblems(1, "a", "b\nspec: fine\x1b[2J → \u2028"))
	require.Equal(t, "b spec: fine [2J →  ", got[0].Detail)
}

func TestWarningsAreBounded(t *testing.T) {
	many := slices.Repeat([]string{"a"}, maxWarnings+1)
	for _, tc := range []struct {
		name       string
		warnings   []string
		wantNumber int
		wantLast   string
	}{
		{"none", nil, 0, ""},
		{"one with what moves the cursor of a terminal", []string{"a\nb\x1b[2J"}, 1, "a b [2J"},
		{"one that is too long", []string{strings.Repeat("é", 257)}, 1, strings.Repeat("é", 255) + "…"},
		{"as many as there may be", many[1:], maxWarnings, "a"},
		{"too many", many, maxWarnings, "and 2 warnings more"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := cutWarnings(slices.Clone(tc.warnings))
			require.Len(t, got, tc.wantNumber)
			if tc.wantNumber > 0 {
				require.Equal(t, tc.wantLast, got[len(got)-1])
			}
		})
	}
}

// Package test holds the rules that concern the whole repository.
package test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "orderly.dev"

// importRule says what a package, or all below a folder, may import from outside the standard library, itself excepted.
type importRule struct {
	packages []string // exact, or with /... for everything below
	// standardOnly forbids everything outside the standard library but allowed, transitively.
	standardOnly bool
	allowed      []string // exact, or with /...; for ours when standardOnly is false
	forbidden    []string // never, whatever imports it
}

// shared are the packages by which admission and the companion loop understand the same words alike.
var shared = []string{module + "/mutate/contract", module + "/mutate/contract/clone", module + "/mutate/annotation", module + "/mutate/dependency", module + "/mutate/nop"}

// impure is what a package that only decides does not import.
var impure = []string{"os", "os/exec", "net", "net/http", "context", "log", "log/slog",
	"k8s.io/client-go/...", "sigs.k8s.io/controller-runtime/..."}

// rules are the arrows of the design: cmd → edges → core → contract. They hold transitively.
var rules = []importRule{
	{packages: []string{"mutate/contract"}, standardOnly: true},
	{packages: []string{"mutate/contract/clone"}, standardOnly: true, allowed: []string{module + "/mutate/contract"}},
	{packages: []string{"mutate/contract/clone"}, allowed: []string{module + "/mutate/contract"}, forbidden: impure},
	{packages: []string{"cmd/gitclone"}, standardOnly: true, allowed: []string{module + "/mutate/contract", module + "/mutate/contract/clone"}},
	{packages: []string{"cmd/gitclone/image"}, standardOnly: true, allowed: []string{module + "/mutate/contract"}},
	{packages: []string{"cmd/entrypoint", "cmd/nop"}, standardOnly: true, allowed: []string{module + "/mutate/contract"},
		forbidden: []string{"fmt", "encoding/json", "net", "os/exec", "flag"}},
	{packages: []string{"mutate", "mutate/dependency"}, allowed: shared, forbidden: impure},
	{packages: []string{"mutate/nop"}, standardOnly: true},
	{packages: []string{"mutate/annotation"}, allowed: []string{module + "/mutate/contract"}, forbidden: impure},
	{packages: []string{"webhook/..."}, allowed: []string{module + "/mutate/...", module + "/webhook/..."}},
	{packages: []string{"sidecarstop/podview", "sidecarstop/gate", "sidecarstop/ending", "sidecarstop/voice"},
		allowed: slices.Concat(shared, []string{module + "/sidecarstop/..."}), forbidden: impure},
	{packages: []string{"sidecarstop/..."}, allowed: slices.Concat(shared, []string{module + "/sidecarstop/..."})},
	{packages: []string{"cmd/webhook"}, allowed: []string{module + "/mutate/...", module + "/webhook/...", module + "/cmd/internal/..."}},
	{packages: []string{"cmd/sidecarstop"}, allowed: slices.Concat(shared, []string{module + "/sidecarstop/...", module + "/cmd/internal/..."})},
	{packages: []string{"cmd/kubectl-orderly/..."}, allowed: []string{module + "/mutate/...", module + "/webhook/...", module + "/cmd/kubectl-orderly/..."}},
}

type listedPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

func TestImportsFollowTheDesign(t *testing.T) {
	packages := listPackages(t)
	for _, rule := range rules {
		for name, p := range packages {
			if !matchesAny(strings.TrimPrefix(name, module+"/"), rule.packages) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				for _, dependency := range p.Deps {
					require.Falsef(t, matchesAny(dependency, direct(rule, p, dependency)), "%s must not depend on %s", name, dependency)
					require.Truef(t, mayImport(rule, packages[dependency]), "%s must not depend on %s", name, dependency)
				}
			})
		}
	}
}

// direct returns the patterns that are forbidden for this dependency: packages of the standard library are forbidden only where
// they are linked because of us, which for standard-only packages is always, and for others when they import them themselves.
func direct(rule importRule, p listedPackage, dependency string) []string {
	if rule.standardOnly || slices.Contains(p.Imports, dependency) || strings.Contains(dependency, ".") {
		return rule.forbidden
	}
	return nil
}

func TestWhatDecidesHasNoClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep"}
	for _, folder := range []string{"../mutate", "../mutate/annotation", "../mutate/contract", "../mutate/contract/clone", "../mutate/dependency"} {
		files, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(node ast.Node) bool {
				if selector, ok := node.(*ast.SelectorExpr); ok && types.ExprString(selector.X) == "time" {
					require.NotContains(t, clock, selector.Sel.Name, name)
				}
				return true
			})
		}
	}
}

func TestOnlyOnePackageTalksToRegistries(t *testing.T) {
	const client, edge = "github.com/google/go-containerregistry/...", module + "/webhook/registry"
	packages := listPackages(t)
	require.Contains(t, packages, edge)
	for name, p := range packages {
		if !strings.HasPrefix(name, module+"/") || name == edge {
			continue
		}
		for _, imported := range p.Imports {
			require.Falsef(t, matches(imported, client), "%s must not import %s", name, imported)
		}
	}
}

func TestEveryRuleMeetsAPackage(t *testing.T) {
	packages := listPackages(t)
	for _, rule := range rules {
		for _, pattern := range rule.packages {
			met := false
			for name := range packages {
				met = met || matches(strings.TrimPrefix(name, module+"/"), pattern)
			}
			require.Truef(t, met, "no package matches %s", pattern)
		}
	}
}

func mayImport(rule importRule, dependency listedPackage) bool {
	ours := strings.HasPrefix(dependency.ImportPath, module+"/")
	switch {
	case dependency.Standard:
		return true
	case rule.standardOnly || ours:
		return matchesAny(dependency.ImportPath, rule.allowed)
	default:
		return true
	}
}

func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(name, pattern) })
}

func matches(name, pattern string) bool {
	if parent, below := strings.CutSuffix(pattern, "/..."); below {
		return name == parent || strings.HasPrefix(name, parent+"/")
	}
	return name == pattern
}

// listPackages returns every package of the module and everything they depend on, for the platform that the images have.
func listPackages(t *testing.T) map[string]listedPackage {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps", "./cmd/...", "./mutate/...", "./webhook/...", "./sidecarstop/...")
	command.Dir = ".."
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	packages := map[string]listedPackage{}
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p listedPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages[p.ImportPath] = p
	}
}

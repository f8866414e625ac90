package integration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// A dashboard that shows nothing, and an alert that never comes, look like a cluster that is well.
func TestTheDashboardAndTheAlertsAskForMetricsThatExist(t *testing.T) {
	expressions := append(expressionsOfTheDashboard(t), expressionsOfTheAlerts(t)...)
	require.NoError(t, admin.Create(t.Context(), makePod(makeNamespace(t, optedIn), withSteps()), client.DryRunAll))
	c := startCompanion(t)
	c.eventually("both components expose what is asked for", func() error {
		exposed, err := scrape(t.Context(), theWebhook.metrics, c.metrics)
		if err != nil {
			return err
		}
		var missing []error
		for _, text := range expressions {
			e, err := parseExpression(text)
			if err != nil {
				return err
			}
			if lack := e.missing(exposed); lack != "" {
				missing = append(missing, fmt.Errorf("%s: %s", text, lack))
			}
		}
		return errors.Join(missing...)
	})
}

// The test above finds nothing where it asks for nothing.
func TestWhatNoComponentExposesIsFound(t *testing.T) {
	exposed := []selector{{"up_total", []matcher{{"code", "=", "200"}, {"pod", "=", "a"}}}}
	for _, tc := range []struct{ name, expression, want string }{
		{"all is there", `sum by (pod) (rate(up_total{code="200"}[5m])) > 0`, ""},
		{"a regular expression", `up_total{code=~"2..|404"} - time() < 3`, ""},
		{"another metric", `sum(up)`, "no series for"},
		{"another value", `up_total{code!="200"}`, "no series for"},
		{"half of a value", `up_total{code=~"20"}`, "no series for"},
		{"another label", `up_total{status!="500"}`, "no series for"},
		{"a second metric", `up_total - down_total`, "no series for"},
		{"a label to group by", `sum by (pod, reason) (up_total)`, "no label reason"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := parseExpression(tc.expression)
			require.NoError(t, err)
			got := e.missing(exposed)
			require.Equal(t, tc.want == "", got == "", got)
			require.Contains(t, got, tc.want)
		})
	}
	_, err := parseExpression(`deriv(up_total[5m])`)
	require.ErrorContains(t, err, "does not know the function deriv")
	_, err = parseExpression(`up_total @ 5`)
	require.ErrorContains(t, err, `does not know "@"`)
}

// scrape gives the series of the processes at these addresses, with the labels that the Prometheus operator adds to each.
func scrape(ctx context.Context, addresses ...string) ([]selector, error) {
	var all []selector
	for _, address := range addresses {
		text, err := get(ctx, "http://"+address+"/metrics")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			series, err := parseExpression(line[:strings.LastIndexByte(line, ' ')])
			if err != nil {
				return nil, err
			}
			one := series.selectors[0]
			one.matchers = append(one.matchers, matcher{"namespace", "=", systemSpace}, matcher{"pod", "=", address})
			all = append(all, one)
		}
	}
	return all, nil
}

// expressionsOfTheDashboard gives those of its panels and variables, for Orderly's namespace.
func expressionsOfTheDashboard(t *testing.T) []string {
	t.Helper()
	var object corev1.ConfigMap
	require.NoError(t, yaml.Unmarshal(mustRender(t, "--set", "grafanaDashboard.enabled=true", "--show-only", "templates/grafanadashboard.yaml"), &object))
	var dashboard struct {
		Panels     []struct{ Targets []struct{ Expr string } }
		Templating struct{ List []struct{ Definition string } }
	}
	require.NoError(t, json.Unmarshal([]byte(object.Data["orderly.json"]), &dashboard))
	var all []string
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			require.NotEmpty(t, target.Expr)
			all = append(all, strings.NewReplacer("$namespace", systemSpace, "$__rate_interval", "5m").Replace(target.Expr))
		}
	}
	require.NotEmpty(t, all)
	for _, variable := range dashboard.Templating.List {
		if values := regexp.MustCompile(`^label_values\((.*), (.*)\)$`).FindStringSubmatch(variable.Definition); values != nil {
			all = append(all, fmt.Sprintf("sum by (%s) (%s)", values[2], values[1]))
		}
	}
	return all
}

// expressionsOfTheAlerts gives those of the rules for each threshold that gates may have.
func expressionsOfTheAlerts(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, wait := range []int{60, 300, 900, 3600, 14400, 86400} {
		var object struct {
			Spec struct {
				Groups []struct {
					Rules []struct {
						Expr        string
						Annotations struct{ Summary, Description string }
					}
				}
			}
		}
		require.NoError(t, yaml.Unmarshal(mustRender(t, "--set", fmt.Sprintf("prometheusRule.enabled=true,prometheusRule.gateWaitSeconds=%d", wait),
			"--show-only", "templates/prometheusrule.yaml"), &object))
		for _, group := range object.Spec.Groups {
			for _, rule := range group.Rules {
				require.NotEmpty(t, rule.Annotations.Summary)
				require.NotEmpty(t, rule.Annotations.Description)
				all = append(all, rule.Expr)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

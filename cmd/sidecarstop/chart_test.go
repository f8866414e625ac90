package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/sidecarstop/ending"
)

// What the chart refuses must not be more than what the program refuses, nor less.
func TestTheChartHasTheReasonsOfPatience(t *testing.T) {
	content, err := os.ReadFile("../../charts/orderly/values.schema.json")
	require.NoError(t, err)
	var schema struct {
		Properties struct {
			Sidecarstop struct {
				Properties struct {
					Patience struct {
						PropertyNames struct {
							Enum []string `json:"enum"`
						} `json:"propertyNames"`
					} `json:"patience"`
				} `json:"properties"`
			} `json:"sidecarstop"`
		} `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(content, &schema))
	require.ElementsMatch(t, ending.GracedReasons(), schema.Properties.Sidecarstop.Properties.Patience.PropertyNames.Enum)
}

// Package figure prints what the benchmarks measure, one line "name value unit" each.
package figure

import "fmt"

// Figure is one line of the result.
type Figure struct {
	Name  string
	Value float64
	Unit  string
}

// String writes the value with two decimals, or with none where it is a whole number.
func (f Figure) String() string {
	if f.Value == float64(int64(f.Value)) {
		return fmt.Sprintf("%s %.0f %s", f.Name, f.Value, f.Unit)
	}
	return fmt.Sprintf("%s %.2f %s", f.Name, f.Value, f.Unit)
}

// New returns a figure.
func New(name string, value float64, unit string) Figure {
	return Figure{Name: name, Value: value, Unit: unit}
}

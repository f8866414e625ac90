package annotation

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Position is a place in an annotation. All numbers count from 1.
type Position struct {
	// Item is the entry of the outermost list, or mapping, and Element that of a list inside it; 0 where there is none.
	Item, Element int
	// Line and Column are 0 where the place is no text that somebody wrote.
	Line, Column int
}

// String writes the place for people: item 3.1 (line 2, column 5).
func (p Position) String() string {
	item := fmt.Sprintf("item %d", p.Item)
	if p.Element > 0 {
		item += fmt.Sprintf(".%d", p.Element)
	}
	if p.Line == 0 {
		return item
	}
	return fmt.Sprintf("%s (line %d, column %d)", item, p.Line, p.Column)
}

// At is the place of a node that belongs to the same item and element.
func (p Position) At(node *yaml.Node) Position {
	p.Line, p.Column = node.Line, node.Column
	return p
}

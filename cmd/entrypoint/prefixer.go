package main

import "bytes"

// maxLine is the longest line that is kept until its end comes, in bytes. Longer ones are passed on in pieces.
const maxLine = 64 << 10

// prefixer puts a prefix before each line. All bytes come out again, in order, but what a line overwrites with a carriage return:
// of a progress bar only its last state is left.
type prefixer struct {
	prefix string
	// line is the beginning of a line whose end has not come.
	line []byte
	// midLine says that a piece of this line was passed on already, behind its prefix.
	midLine bool
	out     []byte
}

// add takes what was written and returns what is to be passed on: whole lines, or pieces of [maxLine] bytes. The result is valid until the next
// call.
func (p *prefixer) add(text []byte) []byte {
	p.out = p.out[:0]
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		end = min(end, maxLine-len(p.line))
		p.line = append(p.line, text[:end]...)
		text = text[end:]
		switch {
		case p.line[len(p.line)-1] == '\n':
			p.pass()
			p.midLine = false
		case len(p.line) == maxLine:
			p.shorten()
		}
	}
	return p.out
}

// rest returns a last line that has no end.
func (p *prefixer) rest() []byte {
	p.out = p.out[:0]
	if len(p.line) > 0 {
		p.pass()
	}
	return p.out
}

// shorten makes room: what was overwritten goes, and if that is nothing, the line becomes a piece.
func (p *prefixer) shorten() {
	if left := visible(p.line); len(left) < len(p.line) {
		p.line = append(p.line[:0], left...)
		return
	}
	p.pass()
}

// pass passes on the line so far.
func (p *prefixer) pass() {
	if !p.midLine {
		p.out = append(p.out, p.prefix...)
	}
	p.out = append(p.out, visible(p.line)...)
	p.line, p.midLine = p.line[:0], true
}

// visible is the line from behind its last carriage return. Those at its very end, as in a line that ends in CR LF, overwrite nothing.
func visible(line []byte) []byte {
	text := bytes.TrimRight(line, "\r\n")
	return line[bytes.LastIndexByte(text, '\r')+1:]
}

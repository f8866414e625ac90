package main

import (
	"errors"
	"strconv"
	"strings"
)

// The few formats of DNS that are needed (RFC 1035, RFC 3596). A question is a header of twelve bytes, the name in
// labels, the kind and the class.

const (
	kindA, kindAAAA uint16 = 1, 28
	classInternet          = 1

	headerLength = 12
	// maxDatagram is more than a server may send to one that does not ask for more than 512 bytes.
	maxDatagram = 4096
	maxLabel    = 63
	maxDomain   = 253
	// maxAddresses bounds what is used of an answer or a file.
	maxAddresses = 16
)

// Bits and codes of the header.
const (
	wantsRecursion = 1    // in the third byte
	isAnswer       = 0x80 // in the third byte
	codeMask       = 0x0f // in the fourth byte
	codeNoSuchName = 3
)

var (
	// errNotTheAnswer is for a datagram that does not answer the question, such as one that comes late.
	errNotTheAnswer = errors.New("not the answer")
	errBadAnswer    = errors.New("the answer cannot be read")
)

// makeQuery asks for the addresses of one kind that a full name has. It is nil where the text cannot be a name.
func makeQuery(number uint16, name string, kind uint16) []byte {
	if name == "" || len(name) > maxDomain {
		return nil
	}
	b := []byte{byte(number >> 8), byte(number), wantsRecursion, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel {
			return nil
		}
		b = append(b, byte(len(label)))
		b = append(b, label...)
	}
	return append(b, 0, byte(kind>>8), byte(kind), 0, classInternet)
}

// parseAnswer returns the addresses of the kind that was asked for. They may belong to another name, that the one asked for stands
// for: the server has followed it. That there are none is no error, but that there is no such name is errNoAddress.
func parseAnswer(answer, query []byte) ([]ip, error) {
	if len(answer) < len(query) || answer[0] != query[0] || answer[1] != query[1] || answer[2]&isAnswer == 0 ||
		network16(answer[4:]) != 1 || !sameName(string(answer[headerLength:len(query)]), string(query[headerLength:])) {
		return nil, errNotTheAnswer
	}
	switch code := answer[3] & codeMask; code {
	case 0:
	case codeNoSuchName:
		return nil, errNoAddress
	default:
		return nil, errors.New("it answers with error " + strconv.Itoa(int(code)))
	}
	kind := network16(query[len(query)-4:])
	rest := answer[len(query):]
	var found []ip
	for range network16(answer[6:]) {
		r, after, ok := cutRecord(rest)
		if !ok {
			return nil, errBadAnswer
		}
		if r.kind == kind && r.class == classInternet && len(r.data) == addressLength(kind) && len(found) < maxAddresses {
			found = append(found, ip(r.data))
		}
		rest = after
	}
	return found, nil
}

func addressLength(kind uint16) int {
	if kind == kindA {
		return ip4Length
	}
	return ip6Length
}

// record is one entry of an answer without the name that it belongs to.
type record struct {
	kind, class uint16
	data        []byte
}

// recordHeader is the length of what is between the name and the data: kind, class, time to live, length of the data.
const recordHeader = 10

func cutRecord(b []byte) (r record, rest []byte, ok bool) {
	b, ok = skipName(b)
	if !ok || len(b) < recordHeader {
		return record{}, nil, false
	}
	end := recordHeader + int(network16(b[8:]))
	if len(b) < end {
		return record{}, nil, false
	}
	return record{network16(b), network16(b[2:]), b[recordHeader:end]}, b[end:], true
}

// skipName skips labels up to the empty one, or up to a pointer to where the rest of the name is, which is not followed.
func skipName(b []byte) (rest []byte, ok bool) {
	const pointer = 0xc0
	for len(b) > 0 {
		switch length := int(b[0]); {
		case length == 0:
			return b[1:], true
		case length >= pointer && len(b) >= 2:
			return b[2:], true
		case length > maxLabel || len(b) < 1+length:
			return nil, false
		default:
			b = b[1+length:]
		}
	}
	return nil, false
}

// network16 reads a number in the order of the network.
func network16(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }

package main

import (
	"slices"
	"strconv"
	"strings"
)

// Addresses of the internet protocol in text. The standard library's package for them would make the wrapper larger by 75 kB.

// ip is an address: 4 bytes for IPv4, 16 for IPv6, none for no address.
type ip string

const (
	ip4Length = 4
	ip6Length = 16
	ip6Groups = ip6Length / 2
)

// String writes an address as RFC 5952 wants: the longest row of zeroes is left out.
func (a ip) String() string {
	if len(a) == ip4Length {
		return strings.Join([]string{decimal(a[0]), decimal(a[1]), decimal(a[2]), decimal(a[3])}, ".")
	}
	if len(a) != ip6Length {
		return ""
	}
	groups := make([]uint64, ip6Groups)
	for i := range groups {
		groups[i] = uint64(a[2*i])<<8 | uint64(a[2*i+1])
	}
	start, length := zeroes(groups)
	var text []byte
	for i := 0; i < ip6Groups; i++ {
		if length > 1 && i == start {
			text = append(text, "::"...)
			i += length - 1
			continue
		}
		if i > 0 && text[len(text)-1] != ':' {
			text = append(text, ':')
		}
		text = strconv.AppendUint(text, groups[i], 16)
	}
	return string(text)
}

func decimal(b byte) string { return strconv.Itoa(int(b)) }

// zeroes finds the first of the longest rows of zeroes.
func zeroes(groups []uint64) (start, length int) {
	for i := 0; i < len(groups); i++ {
		end := i
		for end < len(groups) && groups[end] == 0 {
			end++
		}
		if end-i > length {
			start, length = i, end-i
		}
		i = max(i, end-1)
	}
	return start, length
}

// parseIP reads an address without a zone. It returns no address for any other text.
func parseIP(text string) ip {
	if !strings.Contains(text, ":") {
		return ip(parseIP4(text))
	}
	before, after, short := strings.Cut(text, "::")
	head, ok := parseGroups(before)
	if !ok {
		return ""
	}
	if !short {
		if len(head) != ip6Length {
			return ""
		}
		return ip(head)
	}
	tail, ok := parseGroups(after)
	missing := ip6Length - len(head) - len(tail)
	if !ok || missing <= 0 || strings.Contains(before, ".") {
		return ""
	}
	return ip(slices.Concat(head, make([]byte, missing), tail))
}

func parseIP4(text string) []byte {
	var address []byte
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(address) == ip4Length || len(part) > 1 && part[0] == '0' {
			return nil
		}
		address = append(address, byte(n))
	}
	if len(address) != ip4Length {
		return nil
	}
	return address
}

// parseGroups reads groups of hexadecimal digits, of which the last may be an IPv4 address.
func parseGroups(text string) (address []byte, ok bool) {
	if text == "" {
		return nil, true
	}
	groups := strings.Split(text, ":")
	for i, group := range groups {
		if i == len(groups)-1 && strings.Contains(group, ".") {
			four := parseIP4(group)
			return append(address, four...), four != nil && len(address) <= ip6Length-ip4Length
		}
		n, err := strconv.ParseUint(group, 16, 16)
		if err != nil || len(group) > 4 || len(address) == ip6Length {
			return nil, false
		}
		address = append(address, byte(n>>8), byte(n))
	}
	return address, true
}

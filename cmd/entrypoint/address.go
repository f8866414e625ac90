package main

import (
	"errors"
	"slices"
	"strings"
	"syscall"
)

// podIPVariable holds the Pod's address: status.podIP can reach a container as a variable only.
const podIPVariable = "POD_IP"

// ownAddress is the first global address of a network interface, IPv4 before IPv6; without an interface the Pod's.
func ownAddress(network string) (string, error) {
	if network == "" {
		address, _ := syscall.Getenv(podIPVariable)
		if address == "" {
			return "", errors.New("the variable " + podIPVariable + " is not set; name an interface, or set it from the field status.podIP")
		}
		return address, nil
	}
	links, err := askKernel(syscall.RTM_GETLINK)
	if err != nil {
		return "", errors.New("listing the network interfaces: " + err.Error())
	}
	index, names := findLink(links, network)
	if index == 0 {
		return "", errors.New("there is no network interface " + network + "; there are " + strings.Join(names, ", "))
	}
	addresses, err := askKernel(syscall.RTM_GETADDR)
	if err != nil {
		return "", errors.New("listing the addresses of " + network + ": " + err.Error())
	}
	address := firstGlobal(addresses, index)
	if address == "" {
		return "", errors.New("the network interface " + network + " has no global address")
	}
	return address.String(), nil
}

// message is one answer of the kernel (rtnetlink(7)): a header and attributes.
type message struct {
	kind uint16
	body []byte
}

const (
	// maxAnswer bounds an answer of the kernel in bytes: thousands of interfaces and addresses.
	maxAnswer = 4 << 20
	// partOfAnswer is as long as the kernel makes its parts at most, in bytes (NLMSG_GOODSIZE and what dumps use above it).
	partOfAnswer = 32 << 10
)

// askKernel asks for all interfaces or all addresses. The functions of package syscall that do so bring along all kinds
// of sockets.
func askKernel(question uint16) ([]message, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(fd) }()
	// A header (length, kind, flags, number, sender), and the family: any.
	request := make([]byte, aligned(syscall.NLMSG_HDRLEN+1))
	request[0] = byte(len(request))
	request[4] = byte(question)
	flags := syscall.NLM_F_DUMP | syscall.NLM_F_REQUEST
	request[6], request[7] = byte(flags), byte(flags>>8)
	if err := writeAll(fd, request); err != nil {
		return nil, err
	}
	var list []message
	part := make([]byte, partOfAnswer)
	for total := 0; total < maxAnswer; {
		n, err := syscall.Read(fd, part)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		total += n
		for _, m := range cutMessages(slices.Clone(part[:n])) {
			switch m.kind {
			case syscall.NLMSG_DONE:
				return list, nil
			case syscall.NLMSG_ERROR:
				return nil, refusalOf(m)
			}
			list = append(list, m)
		}
	}
	return nil, errors.New("the answer of the kernel has no end")
}

// refusalOf is the error number with which the kernel refuses to answer; it is negative there.
func refusalOf(m message) error {
	if len(m.body) < 4 {
		return syscall.EBADMSG
	}
	return syscall.Errno(-number32(m.body)) // as 32 bits: the number itself
}

// cutMessages cuts an answer into messages: length (32 bits), kind (16), and ten bytes that matter to nobody here.
func cutMessages(answer []byte) []message {
	var list []message
	for len(answer) >= syscall.NLMSG_HDRLEN {
		length := int(number32(answer))
		if length < syscall.NLMSG_HDRLEN || length > len(answer) {
			break
		}
		list = append(list, message{number16(answer[4:]), answer[syscall.NLMSG_HDRLEN:length]})
		answer = answer[min(aligned(length), len(answer)):]
	}
	return list
}

// attribute returns the first attribute of a kind in a message whose header is that long, nil where there is none.
func (m message) attribute(kind uint16, header int) []byte {
	rest := m.body[min(header, len(m.body)):]
	for len(rest) >= syscall.SizeofRtAttr {
		length := int(number16(rest))
		if length < syscall.SizeofRtAttr || length > len(rest) {
			break
		}
		if number16(rest[2:]) == kind {
			return rest[syscall.SizeofRtAttr:length]
		}
		rest = rest[min(aligned(length), len(rest)):]
	}
	return nil
}

// number16 and number32 read numbers in the order of bytes of this machine, which for all platforms of the wrapper is little-endian.
// Package encoding/binary would bring reflection along.
func number16(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }

func number32(b []byte) uint32 { return uint32(number16(b)) | uint32(number16(b[2:]))<<16 }

// aligned rounds up to a multiple of four, as netlink does with everything.
func aligned(length int) int { return (length + 3) &^ 3 }

// findLink returns the number of an interface, 0 if there is none of that name, and the sorted names of all.
func findLink(links []message, network string) (index uint32, names []string) {
	for _, m := range links {
		if m.kind != syscall.RTM_NEWLINK || len(m.body) < syscall.SizeofIfInfomsg {
			continue
		}
		name := strings.TrimRight(string(m.attribute(syscall.IFLA_IFNAME, syscall.SizeofIfInfomsg)), "\x00")
		names = append(names, name)
		if name == network {
			index = number32(m.body[4:])
		}
	}
	slices.Sort(names)
	return index, names
}

// notReady are the flags of addresses that cannot be used: IFA_F_TENTATIVE and IFA_F_DADFAILED.
const notReady = 0x40 | 0x08

// firstGlobal is the first address of an interface that others can reach, IPv4 before IPv6; none where there is none.
func firstGlobal(addresses []message, index uint32) ip {
	var first ip
	for _, m := range addresses {
		if m.kind != syscall.RTM_NEWADDR || len(m.body) < syscall.SizeofIfAddrmsg || number32(m.body[4:]) != index {
			continue
		}
		// The header: family, length of the prefix, flags, scope, interface.
		if m.body[2]&notReady != 0 || m.body[3] != syscall.RT_SCOPE_UNIVERSE {
			continue
		}
		raw := m.attribute(syscall.IFA_LOCAL, syscall.SizeofIfAddrmsg)
		if raw == nil { // IPv6 has only this one; where IPv4 has both, it is the other end of the line
			raw = m.attribute(syscall.IFA_ADDRESS, syscall.SizeofIfAddrmsg)
		}
		known := len(raw) == ip4Length || len(raw) == ip6Length
		if known && (first == "" || len(raw) < len(first)) {
			first = ip(raw)
		}
	}
	return first
}

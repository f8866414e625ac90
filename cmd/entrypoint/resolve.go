package main

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A resolver small enough for the wrapper: /etc/hosts, then the name servers of /etc/resolv.conf, over UDP, for addresses only. It
// follows resolv.conf(5); everything that it reads has a bound.

// resolver finds the addresses of names.
type resolver struct {
	// hosts and config are the files hosts(5) and resolv.conf(5).
	hosts, config string
	// port is where the name servers listen.
	port uint16
}

func systemResolver() resolver {
	return resolver{hosts: "/etc/hosts", config: "/etc/resolv.conf", port: 53}
}

const (
	// maxResolverFile bounds what is read of either file, in bytes.
	maxResolverFile = 1 << 20
	// lookUpTime bounds a look-up, whatever servers and domains there are to try.
	lookUpTime = 10 * time.Second
)

var errNoAddress = errors.New("the name has no address")

// lookUp returns at least one address of a host, or an error.
func (r resolver) lookUp(host string) ([]ip, error) {
	if a := parseIP(host); a != "" {
		return []ip{a}, nil
	}
	// Without the file, or with one that cannot be read, it is left to the servers.
	hosts, _ := readAtMost(r.hosts, maxResolverFile)
	if found := findHost(hosts, host); len(found) > 0 {
		return found, nil
	}
	text, _ := readAtMost(r.config, maxResolverFile)
	conf := parseResolverConfig(text)
	deadline := time.Now().Add(lookUpTime)
	err := errNoAddress
	for _, name := range conf.candidates(host) {
		found, problem := r.askAll(conf, name, deadline)
		if len(found) > 0 {
			return found, nil
		}
		if problem != nil && !errors.Is(problem, errNoAddress) {
			err = problem
		}
		if !time.Now().Before(deadline) {
			break
		}
	}
	return nil, errors.New("looking up " + host + ": " + err.Error())
}

// askAll asks the servers one after the other until one gives an answer, for IPv4 and then for IPv6.
func (r resolver) askAll(conf resolverConfig, name string, deadline time.Time) ([]ip, error) {
	err := errNoAddress
	for range conf.attempts {
		for _, server := range conf.servers {
			limit := min(conf.timeout, time.Until(deadline))
			if limit <= 0 {
				return nil, err
			}
			found, problem := r.askServer(server, name, limit)
			if problem == nil || errors.Is(problem, errNoAddress) {
				return found, problem
			}
			err = errors.New("name server " + server.String() + ": " + problem.Error())
		}
	}
	return nil, err
}

func (r resolver) askServer(server ip, name string, limit time.Duration) ([]ip, error) {
	var all []ip
	for _, kind := range []uint16{kindA, kindAAAA} {
		found, err := r.ask(server, makeQuery(uint16(rand.Uint32()), name, kind), limit) //nolint:gosec // the runtime's generator is ChaCha8
		if err != nil {
			if len(all) > 0 {
				break
			}
			return nil, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, errNoAddress
	}
	return all, nil
}

// ask sends one question and waits for its answer. Datagrams that are not the answer are passed over. Each question has a socket,
// and so a port, of its own, which is as hard to guess as its number.
func (r resolver) ask(server ip, query []byte, limit time.Duration) ([]ip, error) {
	if query == nil {
		return nil, errors.New("not a name that can be asked for")
	}
	fd, err := openSocket(syscall.SOCK_DGRAM, server, r.port, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(fd) }()
	if err := writeAll(fd, query); err != nil {
		return nil, err
	}
	answer := make([]byte, maxDatagram)
	for late := time.Now().Add(limit); time.Now().Before(late); {
		n, err := syscall.Read(fd, answer)
		if err == syscall.EINTR {
			continue
		}
		if err == syscall.EAGAIN {
			break
		}
		if err != nil {
			return nil, err
		}
		if found, err := parseAnswer(answer[:n], query); !errors.Is(err, errNotTheAnswer) {
			return found, err
		}
	}
	return nil, errors.New("no answer within " + limit.Round(time.Millisecond).String())
}

// findHost returns the addresses that a hosts(5) file gives a name.
func findHost(text, host string) []ip {
	var found []ip
	host = strings.TrimSuffix(host, ".")
	for line := range strings.SplitSeq(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := wordsOf(line)
		if len(words) < 2 || len(found) == maxAddresses {
			continue
		}
		for _, name := range words[1:] {
			if a := parseIP(words[0]); a != "" && sameName(name, host) {
				found = append(found, a)
				break
			}
		}
	}
	return found
}

// wordsOf cuts a line at spaces and tabs. The standard library's function would bring the tables of Unicode along.
func wordsOf(line string) []string {
	return slices.DeleteFunc(strings.Split(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", " "), " "),
		func(word string) bool { return word == "" })
}

// sameName compares names without regard to the case of ASCII letters.
func sameName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

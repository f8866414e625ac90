package main

import (
	"strconv"
	"strings"
	"time"
)

// resolverConfig is what a resolv.conf(5) says.
type resolverConfig struct {
	servers  []ip
	search   []string
	ndots    int
	timeout  time.Duration
	attempts int
}

// Bounds of a resolv.conf: those of the C library, and for the search list that of Kubernetes (32 domains).
const (
	maxServers  = 3
	maxSearch   = 32
	maxDots     = 15
	maxAttempts = 5
	// maxServerTime bounds the wait for one server in seconds: a wait that is tried again every second needs no long one.
	maxServerTime = 3
)

func parseResolverConfig(text string) resolverConfig {
	conf := resolverConfig{ndots: 1, timeout: maxServerTime * time.Second, attempts: 2}
	for line := range strings.SplitSeq(text, "\n") {
		words := wordsOf(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			if a := parseIP(words[1]); a != "" && len(conf.servers) < maxServers {
				conf.servers = append(conf.servers, a)
			}
		case "search", "domain":
			conf.search = words[1:min(len(words), maxSearch+1)]
		case "options":
			for _, option := range words[1:] {
				conf.set(option)
			}
		}
	}
	if len(conf.servers) == 0 {
		conf.servers = []ip{"\x7f\x00\x00\x01"}
	}
	return conf
}

// set takes one option; those that are of no use here, and what is no number, say nothing.
func (c *resolverConfig) set(option string) {
	name, value, _ := strings.Cut(option, ":")
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return
	}
	switch name {
	case "ndots":
		c.ndots = min(n, maxDots)
	case "timeout":
		c.timeout = time.Duration(min(max(n, 1), maxServerTime)) * time.Second
	case "attempts":
		c.attempts = min(max(n, 1), maxAttempts)
	}
}

// candidates are the full names to ask for, in order: a name with a dot at its end as it is, one with few dots in the domains of the
// search list first, any other there last.
func (c resolverConfig) candidates(host string) []string {
	if full, is := strings.CutSuffix(host, "."); is {
		return []string{full}
	}
	var inDomains []string
	for _, domain := range c.search {
		if domain = strings.Trim(domain, "."); domain != "" {
			inDomains = append(inDomains, host+"."+domain)
		}
	}
	if strings.Count(host, ".") >= c.ndots {
		return append([]string{host}, inDomains...)
	}
	return append(inDomains, host)
}

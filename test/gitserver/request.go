package gitserver

import (
	"os"
	"path/filepath"
	"strings"
)

// Request is what a client asked of a host, as it came.
type Request struct {
	Method, Path string
	// Authorization is the header, and empty without one.
	Authorization string
	// Protocol is the header Git-Protocol, such as version=2.
	Protocol  string
	UserAgent string
}

// Requests are all that the host has got until now, in order. They come from the log that Apache writes before it does anything else
// (mod_log_forensic): whatever has an answer is in it.
func (w *Web) Requests() ([]Request, error) {
	content, err := os.ReadFile(filepath.Join(w.options.Dir, "requests.log"))
	if err != nil {
		return nil, err
	}
	var requests []Request
	for line := range strings.Lines(string(content)) {
		// +ID|GET /path?query HTTP/1.1|Header:value|…; a line with a minus says that the request is over.
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		if !strings.HasPrefix(line, "+") || len(fields) < 2 {
			continue
		}
		requests = append(requests, readRequest(fields[1], fields[2:]))
	}
	return requests, nil
}

func readRequest(line string, headers []string) Request {
	words := strings.Fields(line + " - -")
	path, _, _ := strings.Cut(words[1], "?")
	r := Request{Method: words[0], Path: path}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ":")
		switch strings.ToLower(name) {
		case "authorization":
			r.Authorization = value
		case "git-protocol":
			r.Protocol = value
		case "user-agent":
			r.UserAgent = value
		}
	}
	return r
}

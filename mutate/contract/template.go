package contract

import (
	"errors"
	"strings"
)

// Template is a file to be made of another, in which {{ .IP }} and {{ .HOSTNAME }} are replaced.
type Template struct {
	// Source and Destination are absolute paths without commas, equals signs and at signs.
	Source, Destination string
	// Interface is the network interface whose address .IP is; empty: the environment variable POD_IP.
	Interface string
}

// String writes the template as the flag does.
func (t Template) String() string {
	text := t.Source + "=" + t.Destination
	if t.Interface != "" {
		text += "@" + t.Interface
	}
	return text
}

// parseTemplate is the inverse of [Template.String].
func parseTemplate(text string) (Template, error) {
	source, rest, found := strings.Cut(text, "=")
	destination, network, named := strings.Cut(rest, "@")
	t := Template{Source: source, Destination: destination, Interface: network}
	if !found || named && network == "" || checkFile(source) != nil || checkFile(destination) != nil || strings.ContainsAny(network, "@/=") ||
		strings.ContainsAny(destination, "=") || strings.Contains(source, "@") {
		return Template{}, errors.New(quote(text) + " is not a template such as /etc/a.tmpl=/etc/a.conf@eth0")
	}
	return t, nil
}

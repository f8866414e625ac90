package contract

import (
	"errors"
	"slices"
)

// PlatformCommand is what a container runs on nodes of one architecture, where an image has different commands for several.
type PlatformCommand struct {
	// Architecture is named as Go names it: amd64, arm64.
	Architecture string
	// Words come before the arguments that follow "--". Where there are none, the first of those is the program.
	Words []string
}

// On returns the options as they hold on a node of this architecture: with the command chosen of PlatformCommands. Without such they
// stay as they are.
func (o Options) On(architecture string) (Options, error) {
	if len(o.PlatformCommands) == 0 {
		return o, nil
	}
	i := slices.IndexFunc(o.PlatformCommands, func(p PlatformCommand) bool { return p.Architecture == architecture })
	if i < 0 {
		return o, errors.New("flag -platform_entrypoint names no command for the architecture of this node, " + architecture +
			": the image had none for it when it was looked up")
	}
	words := slices.Concat(o.PlatformCommands[i].Words, o.Args)
	if len(words) == 0 || words[0] == "" {
		return o, errors.New("flag -platform_entrypoint names an empty command for " + architecture)
	}
	o.PlatformCommands, o.Entrypoint, o.Args = nil, words[0], words[1:]
	return o, nil
}

// platforms is a flag whose value is an object of JSON on one line: {"amd64":["/run","-a"],"arm64":["/run"]}.
func platforms(name, meaning string, field func(*Options) *[]PlatformCommand) flag {
	return flag{
		Flag: Flag{Name: name, Value: "JSON", Meaning: meaning},
		encode: func(o Options) (string, bool) {
			list := *field(&o)
			return encodePlatforms(list), len(list) > 0
		},
		decode: func(o *Options, value string) error {
			list, err := parsePlatforms(value)
			*field(o) = list
			return err
		},
	}
}

// maxPlatforms bounds the architectures of one command. There are about 20 that images are built for.
const maxPlatforms = 100

func encodePlatforms(list []PlatformCommand) string {
	b := []byte{'{'}
	for i, p := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, p.Architecture), ':', '[')
		for j, word := range p.Words {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendString(b, word)
		}
		b = append(b, ']')
	}
	return string(append(b, '}'))
}

// parsePlatforms accepts nothing that [encodePlatforms] cannot have written.
func parsePlatforms(value string) ([]PlatformCommand, error) {
	s := scanner{rest: value}
	s.literal("{")
	var list []PlatformCommand
	for !s.failed && len(list) < maxPlatforms {
		p := PlatformCommand{Architecture: s.quoted()}
		s.literal(":[")
		p.Words = s.words()
		twice := slices.ContainsFunc(list, func(q PlatformCommand) bool { return q.Architecture == p.Architecture })
		s.failed = s.failed || twice || p.Architecture == ""
		list = append(list, p)
		if s.skips("}") {
			break
		}
		s.literal(",")
	}
	if s.failed || s.rest != "" || encodePlatforms(list) != value {
		return nil, errors.New(quote(value) + ` is not of the form {"amd64":["/run","-a"],"arm64":["/run"]}`)
	}
	return list, nil
}

// words reads strings up to the bracket behind them.
func (s *scanner) words() []string {
	if s.skips("]") {
		return nil
	}
	var words []string
	for !s.failed {
		words = append(words, s.quoted())
		if s.skips("]") {
			return words
		}
		s.literal(",")
	}
	return nil
}

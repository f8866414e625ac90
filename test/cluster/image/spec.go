package image

import (
	"errors"
	"fmt"
	"strings"
)

// Spec says what image is made from which folder.
type Spec struct {
	Name   string // as the user wrote it, with a tag
	Folder string // laid out like the root of the image
	Settings
}

// ParseSpecs reads several and reports what is wrong with any of them.
func ParseSpecs(texts []string) ([]Spec, error) {
	var specs []Spec
	var problems []error
	for _, text := range texts {
		spec, err := ParseSpec(text)
		specs, problems = append(specs, spec), append(problems, err)
	}
	return specs, errors.Join(problems...)
}

// ParseSpec reads NAME=FOLDER[,KEY=VALUE]… as documented at `cluster push`. entrypoint, cmd and env may come several times, each
// one more word; user and workdir once.
func ParseSpec(text string) (Spec, error) {
	head, rest, _ := strings.Cut(text, ",")
	name, folder, found := strings.Cut(head, "=")
	if !found || name == "" || folder == "" {
		return Spec{}, fmt.Errorf("%q does not begin with NAME=FOLDER", text)
	}
	spec := Spec{Name: name, Folder: folder}
	if rest == "" {
		return spec, nil
	}
	for setting := range strings.SplitSeq(rest, ",") {
		key, value, found := strings.Cut(setting, "=")
		if !found || value == "" {
			return Spec{}, fmt.Errorf("%q in %q is not KEY=VALUE", setting, text)
		}
		if err := spec.set(key, value); err != nil {
			return Spec{}, fmt.Errorf("%w in %q", err, text)
		}
	}
	return spec, nil
}

func (s *Spec) set(key, value string) error {
	words := map[string]*[]string{"entrypoint": &s.Entrypoint, "cmd": &s.Cmd, "env": &s.Env}
	single := map[string]*string{"user": &s.User, "workdir": &s.WorkingDir}
	if list, known := words[key]; known {
		*list = append(*list, value)
		return nil
	}
	target, known := single[key]
	if !known {
		return fmt.Errorf("unknown key %q (known are entrypoint, cmd, env, user, workdir)", key)
	}
	if *target != "" {
		return fmt.Errorf("%s given twice", key)
	}
	*target = value
	return nil
}

// In returns the full name of an image in a registry; a name may be given with or without that registry's address.
func In(registry, name string) string {
	return registry + "/" + strings.TrimPrefix(name, registry+"/")
}

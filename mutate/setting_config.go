package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// readConfig reads orderly.dev/config, configuration files that a container's wrapper makes of templates before the command starts. How a
// file is written down says package dependency; whether the container can have it is judged in validate_config.go.
func readConfig(s subject) ([]configFile, field.ErrorList) {
	w, given := s.wish(contract.AnnotationConfig)
	if !given {
		return nil, nil
	}
	read, problems := dependency.ParseConfig(w.text)
	path := w.path()
	files := make([]configFile, len(read))
	for i, file := range read {
		files[i] = configFile{ConfigFile: file, path: path}
	}
	return files, w.refused(problems...)
}

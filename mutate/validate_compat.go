package mutate

import (
	"path"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// checkCompat: what a container with variables of kubernetes-entrypoint runs is said in one place, and nothing of the user's hides the programs of
// the image that one is replaced with.
func checkCompat(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for c := range s.everyContainer() {
		e, is := d.awaited.emulated[c.Name]
		if !is {
			continue
		}
		errs = append(errs, d.checkOtherCommand(c.Name)...)
		for i, mount := range c.VolumeMounts {
			if e.replaced && slices.Contains(toolPaths, path.Clean("/"+mount.MountPath)) {
				errs = append(errs, field.Invalid(c.path.Child("volumeMounts").Index(i).Child("mountPath"), mount.MountPath,
					"the container is replaced by one of Orderly's image, in which a program is here; mount the volume elsewhere"))
			}
		}
	}
	return errs
}

// toolPaths are those of the programs that a replaced container runs.
var toolPaths = []string{contract.ToolsWrapper, contract.ToolsNop}

// checkOtherCommand refuses orderly.dev/commands for a container that runs its COMMAND.
func (d decision) checkOtherCommand(container string) field.ErrorList {
	commands := d.settings.commands
	i := slices.IndexFunc(commands.lists, func(l namedList) bool { return l.name == container })
	if i < 0 {
		return nil
	}
	return commands.wish.refused(annotation.Problem{Place: commands.lists[i].place, Value: container,
		Detail: "the container has variables of kubernetes-entrypoint, and runs its " + dependency.VariableCommand + "; remove this one"})
}

// nothingEmulated: somebody has the variables that orderly.dev/compat is about.
func nothingEmulated(s subject) *field.Error {
	w, _ := s.wish(contract.AnnotationCompat)
	hint := "add them, or remove this"
	for c := range s.everyContainer() {
		if len(c.EnvFrom) > 0 {
			hint = "what comes by envFrom cannot be read at admission; write them in env, or remove this"
		}
	}
	return field.Invalid(w.path(), w.text, "no container has variables of kubernetes-entrypoint, such as DEPENDENCY_SERVICE, so nothing would wait; "+hint)
}

package mutate

import (
	"errors"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkCloneImage: whoever asks for repositories gets them. Without the image of the cloner that is the operator's to correct.
func checkCloneImage(_ subject, d decision) field.ErrorList {
	if !d.settings.clones() || d.config.CloneImage != "" {
		return nil
	}
	return field.ErrorList{field.InternalError(field.NewPath("config", "cloneImage"),
		errors.New("the webhook does not know the image of its cloner; its operator must configure it"))}
}

// checkRepositoryVariables: where repositories are seen, the variables that tell about them say what is true: the user has none of the same names
// with other values. Those of an earlier pass do not count, they are made anew.
func checkRepositoryVariables(s subject, d decision) field.ErrorList {
	if !d.settings.clones() {
		return nil
	}
	order := d.settings.repositories
	names := variableNames(order)
	var errs field.ErrorList
	for _, c := range s.containers() {
		if !d.shares(c.Name) {
			continue
		}
		ours := variablesOf(order, d.runner(c.Container))
		if d.wasTold(c.Container) {
			ours = append(ours, earlierVariables(d.earlier)...)
		}
		for i, e := range c.Env {
			if names[e.Name] && !hasVariable(ours, e) {
				errs = append(errs, field.Invalid(c.path.Child("env").Index(i).Child("name"), e.Name, variableTaken(e.Name)))
			}
		}
	}
	return errs
}

func variableTaken(name string) string {
	const taken = "this variable tells about the repositories of " + contract.AnnotationClone + "; remove it, or "
	if strings.HasPrefix(name, "ACTION_JOB_") {
		return taken + "take " + compatGitEventsRunner + " out of " + contract.AnnotationCompat
	}
	return taken + "choose another " + contract.AnnotationEnvPrefix
}

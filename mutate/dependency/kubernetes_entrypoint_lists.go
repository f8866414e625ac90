package dependency

import (
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/contract"
)

// Variables that are lists with commas: NAME,NAMESPACE:NAME,…

// dependencies reads one of the variables that name dependencies.
func (r *environmentReader) dependencies(name string) {
	v, known := r.value(name)
	if !known || v.text == "" {
		return
	}
	switch name {
	case varJobsJSON, varPodJSON, varCustomResource:
		r.json(name, v.text)
		return
	case varJobs:
		if r.variables[varJobsJSON].text != "" {
			r.refuse(varJobs, "kubernetes-entrypoint ignores it where "+varJobsJSON+" is set; write all jobs there")
			return
		}
	}
	r.list(name, v.text)
}

// listKinds are what the elements of each list are.
var listKinds = map[string]Kind{varService: Service, varContainer: Container, varDaemonSet: DaemonSet, varJobs: Job, varSocket: Socket, varConfig: ""}

func (r *environmentReader) list(name, text string) {
	if name == varContainer || name == varDaemonSet {
		r.needsPodName(name)
	}
	elements := strings.Split(text, ",")
	if len(elements) > MaxEntries {
		r.refuse(name, tooManyEntries(len(elements)))
		return
	}
	for _, element := range elements {
		switch {
		case element == "":
			r.refuse(name, "a name is missing before or behind a comma; remove the comma")
		case listKinds[name] == "":
			r.configFile(element)
		case listKinds[name].OfPod():
			r.ofPod(name, element)
		default:
			r.object(name, element)
		}
	}
}

// object reads NAME or NAMESPACE:NAME.
func (r *environmentReader) object(variable, element string) {
	e := Entry{kind: listKinds[variable]}
	parts := strings.Split(element, namespaceSeparator)
	e.target = parts[len(parts)-1]
	switch {
	case len(parts) > 2 || parts[0] == "":
		r.refuseValue(variable, element, "neither NAME nor NAMESPACE:NAME, so kubernetes-entrypoint ignores it")
		return
	case len(parts) == 1:
		e.namespace = r.baseNamespace()
	default:
		e.namespace = parts[0]
		if len(content.IsDNS1123Label(e.namespace)) > 0 {
			r.refuseValue(variable, e.namespace, "not the name of a namespace; write it without spaces")
			return
		}
	}
	if r.isName(variable, e) {
		r.take(e)
	}
}

func (r *environmentReader) isName(variable string, e Entry) bool {
	detail := e.kind.badName(e.target)
	if detail != "" {
		r.refuseValue(variable, e.target, detail+"; write names with commas between them, without spaces")
	}
	return detail == ""
}

// ofPod reads a container or a socket, which have no namespace.
func (r *environmentReader) ofPod(variable, element string) {
	e := Entry{kind: listKinds[variable], target: element}
	switch {
	case strings.Contains(element, namespaceSeparator):
		r.refuseColon(variable, element)
	case e.kind == Container && !contract.IsName(element):
		r.refuseValue(variable, element, "not the name of a container; write names with commas between them, without spaces")
	case e.kind == Container && element == r.container:
		r.refuseValue(variable, element, "a container cannot wait for itself")
	case e.kind == Socket && !isFilePath(element):
		r.refuseValue(variable, element, "not the absolute path of a file, without .. and spaces around it")
	default:
		r.take(e)
	}
}

func (r *environmentReader) refuseColon(variable, element string) {
	r.refuseValue(variable, element, "has a colon, and kubernetes-entrypoint ignores what stands before it: nothing here has a namespace")
}

// configDir is where kubernetes-entrypoint looks for templates: each in a directory of its own name.
const configDir = "/configmaps"

// configFile reads the path of a file that is made of a template.
func (r *environmentReader) configFile(element string) {
	if strings.Contains(element, namespaceSeparator) {
		r.refuseColon(varConfig, element)
		return
	}
	if !isFilePath(element) {
		r.refuseValue(varConfig, element, "not the absolute path of a file, without .. and spaces around it")
		return
	}
	network, known := r.value(varInterface)
	name := path.Base(element)
	t := contract.Template{Source: path.Join(configDir, name, name), Destination: element, Interface: network.text}
	switch {
	case !known:
	case !isInterface(t.Interface):
		r.refuseOnce(varInterface, "not the name of a network interface such as eth0")
	case t.Interface == "":
		r.refuseOnce(varInterface, "is not set, and without it kubernetes-entrypoint makes no files; "+
			"name the interface whose address is meant, such as eth0")
	default:
		r.keepFile(t)
	}
}

// keepFile keeps a file that the wrapper can make, once.
func (r *environmentReader) keepFile(t contract.Template) {
	if detail := badTemplate(t); detail != "" {
		r.refuseValue(varConfig, t.Destination, detail)
		return
	}
	for _, before := range r.made.Files {
		if before.template == t {
			return
		}
	}
	r.made.Files = append(r.made.Files, ConfigFile{template: t, waiters: []Reference{{Name: r.container}}})
}

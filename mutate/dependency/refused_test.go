package dependency

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/annotation"
)

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"an empty annotation", "", []string{
			`the annotation is empty; write a list such as "- service: mariadb"`,
		}},
		{"a comment alone", "# nothing", []string{
			`the annotation is empty; write a list such as "- service: mariadb"`,
		}},
		{"one mapping instead of a list", "service: mariadb", []string{
			`not a list; write a list such as "- service: mariadb"`,
		}},
		{"an empty list", "[]", []string{
			`the list is empty; write a list such as "- service: mariadb", or remove the annotation`,
		}},
		{"two documents", "- service: a\n---\n- service: b", []string{
			`not a list: something follows its end; write a list such as "- service: mariadb"`,
		}},
		{"a list that YAML cannot read", "- service: [", []string{
			`not a list: line 1: did not find expected node content; write a list such as "- service: mariadb"`,
		}},
		{"a bare name", "- mariadb", []string{
			"item 1 (line 1, column 3): the entry is not a mapping; write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions",
		}},
		{"anchors and aliases", "- &a {service: a}\n- *a", []string{
			"item 1 (line 1, column 3): anchors, aliases and tags of YAML are not allowed here; write the text itself",
			"item 2 (line 2, column 3): anchors, aliases and tags of YAML are not allowed here; write the text itself",
		}},
		{"tags", "- service: !!str a", []string{
			"item 1 (line 1, column 12): anchors, aliases and tags of YAML are not allowed here; write the text itself",
		}},
		{"a key that is no word", "- {? [a] : b, service: a}", []string{
			"item 1 (line 1, column 6): the keys of an entry are words; write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions",
		}},
		{"the merge key of YAML", "- {service: a, <<: {for: [b]}}", []string{
			"<<: item 1 (line 1, column 16): an entry has no such key; write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions",
		}},
		{"a spelling mistake in a kind", "- {servce: a}", []string{
			`servce: item 1 (line 1, column 4): an entry has no such key (did you mean "service"?); write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions`,
			"item 1 (line 1, column 3): the entry does not say what is waited for; write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions",
		}},
		{"a short name of kubectl", "- {svc: a, service: b}", []string{
			`svc: item 1 (line 1, column 4): an entry has no such key (did you mean "service"?); write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions`,
		}},
		{"a key that stands twice", "- {service: a, service: b}", []string{
			"service: item 1 (line 1, column 16): the key stands at item 1 (line 1, column 4) already; remove one of them",
		}},
		{"nothing to wait for", "- {timeout: 5m}", []string{
			"item 1 (line 1, column 3): the entry does not say what is waited for; write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions",
		}},
		{"two things in one entry", "- {service: a, job: b}", []string{
			"item 1 (line 1, column 16): the entry waits for something at item 1 (line 1, column 4) already; write an entry for each",
		}},
		{"a service by labels", "- {service: {labels: {a: b}}}", []string{
			"item 1 (line 1, column 13): service is one word, not a list or a mapping; write service: NAME, or service: NAMESPACE:NAME",
		}},
		{"a service without a name", "- {service: }\n- {service: ''}", []string{
			"item 1 (line 1, column 13): service is empty; give it a value, or remove it",
			"item 2 (line 2, column 13): service is empty; give it a value, or remove it",
		}},
		{"names that no object has", "- {service: A_b}\n- {service: a.b}\n- {job: 'a b'}", []string{
			"A_b: item 1 (line 1, column 13): not the name of a service: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
			"a.b: item 2 (line 2, column 13): not the name of a service: must not contain dots",
			"a b: item 3 (line 3, column 9): not the name of a job: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
		}},
		{"a bad namespace before a name", "- {service: 'Identity:a'}\n- {service: ':a'}", []string{
			"Identity: item 1 (line 1, column 13): not the name of a namespace; write service: NAME, or service: NAMESPACE:NAME",
			"item 2 (line 2, column 13): not the name of a namespace; write service: NAME, or service: NAMESPACE:NAME",
		}},
		{"a name missing behind its namespace", "- {job: 'a:'}", []string{
			"item 1 (line 1, column 9): not the name of a job: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
		}},
		{"two colons", "- {daemonset: 'a:b:c'}", []string{
			"b:c: item 1 (line 1, column 15): not the name of a daemonset: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
		}},
		{"two namespaces", "- {service: 'a:b', namespace: c}", []string{
			"item 1 (line 1, column 20): the namespace stands before the name at item 1 (line 1, column 13) already; remove one of them",
		}},
		{"a bad namespace", "- {service: a, namespace: C}", []string{
			"C: item 1 (line 1, column 27): not the name of a namespace: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
		}},
		{"a namespace for what is this Pod's own", "- {container: a, namespace: c}\n- {file: /a, for: [b], namespace: c}", []string{
			"item 1 (line 1, column 18): a container is this Pod's own, so it has no namespace; remove it",
			"item 2 (line 2, column 24): a file is this Pod's own, so it has no namespace; remove it",
		}},
		{"a job that nothing is said of", "- {job: {}}", []string{
			"item 1 (line 1, column 9): labels are missing; write job: NAME, or job: {labels: {initializes: neutron}}",
		}},
		{"a job by name and labels", "- {job: {name: a, labels: {b: c}}}", []string{
			"item 1 (line 1, column 9): name and labels contradict each other: a job is meant by one of them; remove the other",
		}},
		{"a job on this node", "- {job: {labels: {b: c}, sameNode: true}}", []string{
			"sameNode: item 1 (line 1, column 26): a job has no such key; write job: NAME, or job: {labels: {initializes: neutron}}",
		}},
		{"a list of jobs", "- {job: [a]}", []string{
			"item 1 (line 1, column 9): job is one word, not a list or a mapping; write job: NAME, or job: {labels: {initializes: neutron}}",
		}},
		{"a pod by name", "- {pod: cache}", []string{
			"item 1 (line 1, column 9): pod is not a mapping; write pod: {labels: {app: cache}}, with sameNode: true for one on this node",
		}},
		{"a pod without labels", "- {pod: {sameNode: true}}\n- {pod: {labels: {}}}\n- {pod: {labels: [a]}}", []string{
			"item 1 (line 1, column 9): labels are missing; write pod: {labels: {app: cache}}, with sameNode: true for one on this node",
			"item 2 (line 2, column 18): labels is an empty mapping; write pod: {labels: {app: cache}}, with sameNode: true for one on this node",
			"item 3 (line 3, column 18): labels is not a mapping; write pod: {labels: {app: cache}}, with sameNode: true for one on this node",
		}},
		{"labels that Kubernetes refuses", "- {pod: {labels: {'a b': 'c d', d: }}}", []string{
			"item 1 (line 1, column 36): d is empty; give it a value, or remove it",
			"a b: item 1 (line 1, column 19): not the name of a label: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
			"c d: item 1 (line 1, column 26): not the value of a label: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
		}},
		{"spelling mistakes in a pod", "- {pod: {labels: {a: b}, samenode: true}}\n- {pod: {labels: {a: b}, sameNode: yes}}", []string{
			`samenode: item 1 (line 1, column 26): a pod has no such key (did you mean "sameNode"?); write pod: {labels: {app: cache}}, with sameNode: true for one on this node`,
			"yes: item 2 (line 2, column 36): sameNode is none of false, true; false is the default",
		}},
		{"a resource by name", "- {resource: foo}", []string{
			"item 1 (line 1, column 14): resource is not a mapping; write resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}",
		}},
		{"a resource that is not complete", "- {resource: {kind: Foo}}", []string{
			"item 1 (line 1, column 14): apiVersion is missing; write resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}",
			"item 1 (line 1, column 14): name is missing; write resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}",
		}},
		{"a resource with bad names", "- {resource: {apiVersion: 'a b/v1', kind: 'F o', name: a/b}}\n- {resource: {apiVersion: a/b/v1, kind: Foo, name: '..'}}", []string{
			"a b/v1: item 1 (line 1, column 27): not an apiVersion such as v1, apps/v1 or stable.example.com/v1",
			"F o: item 1 (line 1, column 43): not a kind such as Deployment: up to 63 letters, digits and dashes, the first a letter",
			"a/b: item 1 (line 1, column 56): not the name of an object",
			"a/b/v1: item 2 (line 2, column 27): not an apiVersion such as v1, apps/v1 or stable.example.com/v1",
			"..: item 2 (line 2, column 52): not the name of an object",
		}},
		{"Secrets and ConfigMaps", "- {resource: {apiVersion: v1, kind: Secret, name: a}}\n- {resource: {apiVersion: v1, kind: configmap, name: a}, fields: [{key: data.a, value: b}]}", []string{
			"item 1 (line 1, column 14): a Secret can never be waited for, because that could tell what it holds; wait for the Job that makes it, or mount it: a Pod starts only when what it mounts is there",
			"item 2 (line 2, column 14): a ConfigMap can never be waited for, because that could tell what it holds; wait for the Job that makes it, or mount it: a Pod starts only when what it mounts is there",
		}},
		{"a namespace inside a resource", "- {resource: {apiVersion: a.b/v1, kind: Foo, name: a, namespace: b}}", []string{
			"namespace: item 1 (line 1, column 55): a resource has no such key; write resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}",
		}},
		{"fields and conditions of a service", "- {service: a, fields: [{key: a, value: b}], conditions: [{type: a}]}", []string{
			"item 1 (line 1, column 16): fields are those of a resource, and this entry is a service; remove them",
			"item 1 (line 1, column 46): conditions are those of a resource, and this entry is a service; remove them",
		}},
		{"fields that are not complete", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  fields: [{key: a}, {value: b}, c, {key: d, valeu: 1}]", []string{
			"item 1 (line 2, column 12): a field needs its key and its value; write fields: [{key: status.phase, value: Ready}]",
			"item 1 (line 2, column 22): a field needs its key and its value; write fields: [{key: status.phase, value: Ready}]",
			"item 1 (line 2, column 34): a field is not a mapping; write fields: [{key: status.phase, value: Ready}]",
			`valeu: item 1 (line 2, column 46): a field has no such key (did you mean "value"?); write fields: [{key: status.phase, value: Ready}]`,
			"item 1 (line 2, column 37): a field needs its key and its value; write fields: [{key: status.phase, value: Ready}]",
		}},
		{"paths that are none", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  fields: [{key: a..b, value: 1}, {key: 'a[x]', value: 1}]", []string{
			"a..b: item 1 (line 2, column 18): a part of the key is empty; write keys with dots between them such as spec.replicas or status.hosts[0].ready, and \\. for a dot in a key",
			"a[x]: item 1 (line 2, column 41): between [ and ] stands no number from 0 to 9999; write keys with dots between them such as spec.replicas or status.hosts[0].ready, and \\. for a dot in a key",
		}},
		{"numbers that JSON does not write, and null", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  fields: [{key: a, value: 0x10}, {key: b, value: 1_0}, {key: c, value: .inf}, {key: d, value: 1e400}, {key: e, value: ~}, {key: f, value: [1]}]", []string{
			"item 1 (line 2, column 28): not a value that a field can be compared with, of at most 1024 bytes; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
			"item 1 (line 2, column 51): not a value that a field can be compared with, of at most 1024 bytes; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
			"item 1 (line 2, column 73): not a value that a field can be compared with, of at most 1024 bytes; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
			"item 1 (line 2, column 96): not a value that a field can be compared with, of at most 1024 bytes; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
			"item 1 (line 2, column 120): not a value that a field can be compared with, of at most 1024 bytes; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
			"item 1 (line 2, column 140): not a value that a field can be compared with; a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others",
		}},
		{"two values for one key", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  fields: [{key: a.b, value: 1}, {key: a.b, value: 2}]", []string{
			"a.b: item 1 (line 2, column 34): the key stands in these fields already; remove one of them",
		}},
		{"conditions that are none", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  conditions: [{status: 'True'}, {type: Ready, status: yes}, {type: Ready}, {type: 'a b'}, b]", []string{
			`item 1 (line 2, column 16): a condition needs its type; write conditions: [{type: Ready, status: "True"}]; without status it is True`,
			"yes: item 1 (line 2, column 56): status is none of True, False, Unknown; True is the default",
			"Ready: item 1 (line 2, column 62): the type stands in these conditions already; remove one of them",
			"a b: item 1 (line 2, column 84): not the type of a condition, such as Ready or example.com/Synced",
			`item 1 (line 2, column 92): a condition is not a mapping; write conditions: [{type: Ready, status: "True"}]; without status it is True`,
		}},
		{"lists that are none", "- resource: {apiVersion: a.b/v1, kind: Foo, name: a}\n  fields: a\n  conditions: []", []string{
			"item 1 (line 2, column 11): fields is not a list; write fields: [{key: status.phase, value: Ready}]",
			"item 1 (line 3, column 15): conditions is an empty list; name something, or remove it",
		}},
		{"a socket and a file that nobody waits for", "- {socket: /a}\n- {file: /a}", []string{
			"item 1 (line 1, column 12): a socket is looked for inside a container, so the entry must say in which; add for: [NAME]",
			"item 2 (line 2, column 10): a file is looked for inside a container, so the entry must say in which; add for: [NAME]",
		}},
		{"files without an absolute, clean path", "- {file: a, for: [b]}\n- {file: /a/../b, for: [b]}\n- {file: '/a,b', for: [b]}\n- {socket: /, for: [b]}\n- {file: /a/, for: [b]}", []string{
			"a: item 1 (line 1, column 10): not the absolute path of a file, without .. and commas, such as /config/done",
			"/a/../b: item 2 (line 2, column 10): not the absolute path of a file, without .. and commas, such as /config/done",
			"/a,b: item 3 (line 3, column 10): not the absolute path of a file, without .. and commas, such as /config/done",
			"/: item 4 (line 4, column 12): not the absolute path of a file, without .. and commas, such as /config/done",
			"/a/: item 5 (line 5, column 10): not the absolute path of a file, without .. and commas, such as /config/done",
		}},
		{"addresses without a port, or with two", "- {tcp: db}\n- {tcp: '2001:db8::1:80'}\n- {tcp: 'a:0'}\n- {tcp: 'a:1,b:2'}\n- {tcp: --}\n- {tcp: 'http://a:80'}", []string{
			"db: item 1 (line 1, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
			"2001:db8::1:80: item 2 (line 2, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
			"a:0: item 3 (line 3, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
			"a:1,b:2: item 4 (line 4, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
			"--: item 5 (line 5, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
			"http://a:80: item 6 (line 6, column 9): not an address such as db.example:5432 or [2001:db8::1]:5432",
		}},
		{"for that is no list of names", "- {service: a, for: b}\n- {service: a, for: []}\n- {service: a, for: [b, b, C, [d]]}\n- {service: a, for: {b: c}}", []string{
			"b: item 1 (line 1, column 21): for is a list; write for: [b]",
			"item 2 (line 2, column 21): for is an empty list; name something, or remove it",
			"b: item 3 (line 3, column 25): the name stands in this for at item 3 (line 3, column 22) already; remove one of them",
			"C: item 3 (line 3, column 28): not the name of a container: up to 63 small letters, digits and dashes",
			"item 3 (line 3, column 31): a name in for is one word, not a list or a mapping; write for: [NAME], with the containers that wait",
			"item 4 (line 4, column 21): for is not a list; write for: [NAME], with the containers that wait",
		}},
		{"names in for that no comma parts", "- {service: a, for: [b c]}", []string{
			"b c: item 1 (line 1, column 22): not the name of a container: up to 63 small letters, digits and dashes; names are parted by commas, or each has a line of its own that starts with a dash",
		}},
		{"a container that waits for itself", "- {container: a, for: [b, a]}", []string{
			"a: item 1 (line 1, column 15): a container cannot wait for itself; remove it from for",
		}},
		{"timeouts that are none", "- {service: a, timeout: 5}\n- {service: a, timeout: -5m}\n- {service: a, timeout: [5m]}", []string{
			"5: item 1 (line 1, column 25): timeout is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m",
			"-5m: item 2 (line 2, column 25): timeout is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m",
			"item 3 (line 3, column 25): timeout is one word, not a list or a mapping; write timeout: 5m",
		}},
		{"the same twice", "- {service: a}\n- {service: a, timeout: 5m}", []string{
			"item 2 (line 2, column 13): service a stands at item 1 (line 1, column 13) already; remove one of them",
		}},
		{"the same twice, written in two ways", "- {job: b:a}\n- {job: {name: a}, namespace: b}", []string{
			"item 2 (line 2, column 9): job b:a stands at item 1 (line 1, column 9) already; remove one of them",
		}},
		{"the same twice for one of two containers", "- {service: a, for: [b, c]}\n- {service: a, for: [d, c]}", []string{
			"item 2 (line 2, column 13): service a stands at item 1 (line 1, column 13) already; remove one of them",
		}},
		{"several mistakes in one entry", "- {service: A, timeout: x, for: [B], nmespace: a}", []string{
			"A: item 1 (line 1, column 13): not the name of a service: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
			"x: item 1 (line 1, column 25): timeout is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m",
			"B: item 1 (line 1, column 34): not the name of a container: up to 63 small letters, digits and dashes",
			`nmespace: item 1 (line 1, column 38): an entry has no such key (did you mean "namespace"?); write {service: mariadb, timeout: 5m}: one of service, job, pod, daemonset, deployment, statefulset, resource, container, socket, file, tcp, and any of namespace, for, timeout, fields and conditions`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := Parse(c.text)
			require.Equal(t, c.want, shownAll(problems))
		})
	}
}

// shown is a problem with the value that stands beside its path.
func shown(problem annotation.Problem) string {
	if problem.Value == "" {
		return problem.String()
	}
	return problem.Value + ": " + problem.String()
}

func shownAll(problems []annotation.Problem) []string {
	list := make([]string, len(problems))
	for i, problem := range problems {
		list[i] = shown(problem)
	}
	return list
}

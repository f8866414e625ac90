package dependency

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func TestAnInitContainerOfOpenStackHelmIsUnderstood(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("init", environment(
		"INTERFACE_NAME=eth0",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/",
		"DEPENDENCY_SERVICE=openstack:rabbitmq,openstack:mariadb,keystone-api",
		"DEPENDENCY_JOBS=nova-db-sync,nova-rabbit-init",
		"DEPENDENCY_DAEMONSET=",
		"DEPENDENCY_CONTAINER=",
		`DEPENDENCY_POD_JSON=[{"labels":{"application":"neutron","component":"neutron-ovs-agent"},"requireSameNode":true}]`,
		"DEPENDENCY_CUSTOM_RESOURCE=",
		"COMMAND=echo done",
	))
	require.Empty(t, problems)
	require.Equal(t, []string{
		"service openstack:rabbitmq",
		"service openstack:mariadb",
		"service keystone-api",
		"job nova-db-sync",
		"job nova-rabbit-init",
		"pod with application=neutron, component=neutron-ovs-agent on this node",
	}, lines(made.Entries))
	require.Equal(t, []string{"echo", "done"}, made.Command)
	require.Empty(t, made.Files)
	for _, entry := range made.Entries {
		require.True(t, entry.Holds("init"), entry)
	}
}

func TestEveryFormatOfKubernetesEntrypointIsUnderstood(t *testing.T) {
	for _, c := range []struct {
		name, variable string
		want           []string
	}{
		{"services, here and elsewhere", "DEPENDENCY_SERVICE=mysql:mariadb,keystone-api", []string{"service mysql:mariadb", "service keystone-api"}},
		{"containers", "DEPENDENCY_CONTAINER=nova-libvirt,virtlogd", []string{"container nova-libvirt", "container virtlogd"}},
		{"daemonsets", "DEPENDENCY_DAEMONSET=openvswitch-agent,net:other", []string{"daemonset openvswitch-agent", "daemonset net:other"}},
		{"jobs", "DEPENDENCY_JOBS=nova-init,neutron-init", []string{"job nova-init", "job neutron-init"}},
		{"jobs in JSON", `DEPENDENCY_JOBS_JSON=[{"namespace": "foo", "name": "nova-init"}, {"labels": {"initializes": "neutron"}}]`,
			[]string{"job foo:nova-init", "job with initializes=neutron"}},
		{"pods", `DEPENDENCY_POD_JSON=[{"namespace": "foo", "labels": {"k1": "v1", "k2": "v2"}}, {"labels": {"k1": "v1"}, "requireSameNode": true}]`,
			[]string{"pod with k1=v1, k2=v2 in foo", "pod with k1=v1 on this node"}},
		{"sockets", "DEPENDENCY_SOCKET=/var/run/openvswitch/ovs.socket", []string{"socket /var/run/openvswitch/ovs.socket"}},
		{"a custom resource by fields", `DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"stable.example.com/v1","kind":"Foo","namespace":"default","name":"my-foo","fields":[{"key":"spec.arbitrary-key","value":"ready"}]}]`,
			[]string{"Foo default:my-foo (spec.arbitrary-key)"}},
		{"a custom resource by conditions", `DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"stable.example.com/v1","kind":"Foo","name":"my-foo","conditions":[{"type":"Ready"},{"type":"Degraded","status":"False"}]}]`,
			[]string{"Foo my-foo (condition Ready, condition Degraded)"}},
		{"a custom resource that has to be there", `DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"a.b/v1","kind":"Foo","name":"f","fields":[],"conditions":null}]`, []string{"Foo f"}},
		{"null is what is not there", `DEPENDENCY_JOBS_JSON=[{"name":"a","labels":null,"namespace":null}]`, []string{"job a"}},
		{"an empty namespace is none", `DEPENDENCY_JOBS_JSON=[{"name":"a","namespace":""}]`, []string{"job a"}},
		{"JSON over several lines, with tabs", "DEPENDENCY_JOBS_JSON=[\n\t{\n\t\t\"name\":\t\"a\"\n\t}\n]\n", []string{"job a"}},
		{"no list", "DEPENDENCY_JOBS_JSON=null", []string{}},
		{"an empty list", "DEPENDENCY_POD_JSON=[]", []string{}},
		{"what stands there twice is one", "DEPENDENCY_JOBS=a,b,a", []string{"job a", "job b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made, problems := ParseKubernetesEntrypoint("main", environment(c.variable))
			require.Empty(t, problems)
			require.Equal(t, c.want, lines(made.Entries))
		})
	}
}

func TestABackslashInAKeyOfACustomResourceHasNoMeaning(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", environment(
		`DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"a.b/v1","kind":"Foo","name":"f","fields":[{"key":"a\\.b[0]","value":"3"}]}]`))
	require.Empty(t, problems)
	field := made.Entries[0].Fields()[0]
	require.Equal(t, `a\\.b\[0\]`, field.Path().String())
	require.True(t, field.Holds(map[string]any{`a\`: map[string]any{"b[0]": "3"}}))
	require.False(t, field.Holds(map[string]any{`a\`: map[string]any{"b[0]": int64(3)}}))
}

func TestFilesOfKubernetesEntrypoint(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", environment("DEPENDENCY_CONFIG=/etc/nova/nova.conf,/etc/b,/etc/b", "INTERFACE_NAME=eth1"))
	require.Empty(t, problems)
	require.Len(t, made.Files, 2)
	require.Equal(t, contract.Template{Source: "/configmaps/nova.conf/nova.conf", Destination: "/etc/nova/nova.conf", Interface: "eth1"}, made.Files[0].Template())
	require.Equal(t, "main", made.Files[1].Containers()[0].Name)
	require.Empty(t, made.Entries)
}

func TestTheNamespaceOfKubernetesEntrypointMayBeWrittenDown(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", []corev1.EnvVar{{Name: "NAMESPACE", Value: "identity"},
		{Name: "DEPENDENCY_SERVICE", Value: "keystone-api,data:mariadb"}, {Name: "DEPENDENCY_JOBS_JSON", Value: `[{"name":"a"},{"name":"a","namespace":"b"}]`}})
	require.Empty(t, problems)
	require.Equal(t, []string{"service identity:keystone-api", "service data:mariadb", "job identity:a", "job b:a"}, lines(made.Entries))
}

func TestNothingIsNeededThatNoDependencyNeeds(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", []corev1.EnvVar{{Name: "DEPENDENCY_SERVICE", Value: "data:mariadb"}, {Name: "DEPENDENCY_SOCKET", Value: "/a"}})
	require.Empty(t, problems)
	require.Equal(t, []string{"service data:mariadb", "socket /a"}, lines(made.Entries))
	require.Nil(t, made.Command)
}

func TestWhatKubernetesEntrypointIgnoresIsRefused(t *testing.T) {
	for _, c := range []struct {
		name      string
		variables []string
		want      []string
	}{
		{"a variable that it does not know", []string{"DEPENDENCY_JOB=a"}, []string{
			`DEPENDENCY_JOB: kubernetes-entrypoint knows no such variable (did you mean "DEPENDENCY_JOBS"?) and ignores it; rename it, or remove it`}},
		{"a variable that stands there twice", []string{"DEPENDENCY_SERVICE=a", "DEPENDENCY_SERVICE=b"}, []string{
			"DEPENDENCY_SERVICE: the variable stands there twice, and the first is ignored; remove one of them"}},
		{"too many colons, and none before the namespace", []string{"DEPENDENCY_SERVICE=a:b:c,:d,e"}, []string{
			"DEPENDENCY_SERVICE: a:b:c: neither NAME nor NAMESPACE:NAME, so kubernetes-entrypoint ignores it",
			"DEPENDENCY_SERVICE: :d: neither NAME nor NAMESPACE:NAME, so kubernetes-entrypoint ignores it"}},
		{"a comma too many", []string{"DEPENDENCY_JOBS=a,"}, []string{"DEPENDENCY_JOBS: a name is missing before or behind a comma; remove the comma"}},
		{"spaces, with which no object is ever found", []string{"DEPENDENCY_SERVICE=a, b,c :d"}, []string{
			"DEPENDENCY_SERVICE:  b: not the name of a service: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character; write names with commas between them, without spaces",
			"DEPENDENCY_SERVICE: c : not the name of a namespace; write it without spaces"}},
		{"namespaces of what has none", []string{"DEPENDENCY_CONTAINER=a:b", "DEPENDENCY_SOCKET=a:/b", "DEPENDENCY_CONFIG=a:/b", "INTERFACE_NAME=eth0"}, []string{
			"DEPENDENCY_CONTAINER: a:b: has a colon, and kubernetes-entrypoint ignores what stands before it: nothing here has a namespace",
			"DEPENDENCY_SOCKET: a:/b: has a colon, and kubernetes-entrypoint ignores what stands before it: nothing here has a namespace",
			"DEPENDENCY_CONFIG: a:/b: has a colon, and kubernetes-entrypoint ignores what stands before it: nothing here has a namespace"}},
		{"a container that waits for itself", []string{"DEPENDENCY_CONTAINER=main"}, []string{"DEPENDENCY_CONTAINER: main: a container cannot wait for itself"}},
		{"what can be no container and no socket", []string{"DEPENDENCY_CONTAINER=A", "DEPENDENCY_SOCKET=a"}, []string{
			"DEPENDENCY_CONTAINER: A: not the name of a container; write names with commas between them, without spaces",
			"DEPENDENCY_SOCKET: a: not the absolute path of a file, without .. and spaces around it"}},
		{"jobs beside jobs in JSON", []string{"DEPENDENCY_JOBS=a", `DEPENDENCY_JOBS_JSON=[{"name":"b"}]`}, []string{
			"DEPENDENCY_JOBS: kubernetes-entrypoint ignores it where DEPENDENCY_JOBS_JSON is set; write all jobs there"}},
		{"a job with name and labels", []string{`DEPENDENCY_JOBS_JSON=[{"name":"b","labels":{"a":"b"}}]`}, []string{
			`DEPENDENCY_JOBS_JSON: item 1 (line 1, column 2): kubernetes-entrypoint ignores a job with both name and labels; remove one of them; write {"name": "migrate"} or {"labels": {"initializes": "neutron"}}, with "namespace" for another one`}},
		{"a job with neither", []string{`DEPENDENCY_JOBS_JSON=[{"namespace":"b"}]`}, []string{
			`DEPENDENCY_JOBS_JSON: item 1 (line 1, column 2): neither name nor labels say which job is meant; write {"name": "migrate"} or {"labels": {"initializes": "neutron"}}, with "namespace" for another one`}},
		{"JSON that does not parse", []string{`DEPENDENCY_POD_JSON=[{"labels":{"a":"b"}]`, "DEPENDENCY_JOBS_JSON=a"}, []string{
			"DEPENDENCY_JOBS_JSON: not JSON, so kubernetes-entrypoint ignores all of it; write a list of objects",
			"DEPENDENCY_POD_JSON: not JSON, so kubernetes-entrypoint ignores all of it; write a list of objects"}},
		{"JSON that is no list", []string{`DEPENDENCY_POD_JSON={"labels":{"a":"b"}}`}, []string{
			"DEPENDENCY_POD_JSON: not a list; kubernetes-entrypoint ignores all that is no list of objects"}},
		{"a key that it does not know", []string{`DEPENDENCY_POD_JSON=[{"labels":{"a":"b"},"sameNode":true}]`}, []string{
			`DEPENDENCY_POD_JSON: sameNode: item 1 (line 1, column 22): a pod has no such key; write {"labels": {"app": "cache"}}, with "requireSameNode" and "namespace"`}},
		{"texts that are numbers, and a boolean that is a text", []string{`DEPENDENCY_POD_JSON=[{"labels":{"a":1}},{"labels":{"a":"b"},"requireSameNode":"true"}]`}, []string{
			"DEPENDENCY_POD_JSON: item 1 (line 1, column 17): not a text, so kubernetes-entrypoint ignores the whole variable; write it in quotes",
			"DEPENDENCY_POD_JSON: item 2 (line 1, column 59): neither true nor false, so kubernetes-entrypoint ignores the whole variable; write one of them without quotes"}},
		{"a value that is a number", []string{`DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"a.b/v1","kind":"Foo","name":"f","fields":[{"key":"a","value":3}]}]`}, []string{
			"DEPENDENCY_CUSTOM_RESOURCE: item 1 (line 1, column 78): not a text, so kubernetes-entrypoint ignores the whole variable; write it in quotes"}},
		{"a Secret", []string{`DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"v1","kind":"Secret","name":"f"}]`}, []string{
			"DEPENDENCY_CUSTOM_RESOURCE: item 1 (line 1, column 2): a Secret can never be waited for, because that could tell what it holds; wait for the Job that makes it, or mount it: a Pod starts only when what it mounts is there"}},
		{"a pod without labels", []string{`DEPENDENCY_POD_JSON=[{"requireSameNode":true}]`}, []string{
			`DEPENDENCY_POD_JSON: item 1 (line 1, column 2): the labels are missing; write {"labels": {"app": "cache"}}, with "requireSameNode" and "namespace"`}},
		{"a command that is cut otherwise than it looks", []string{"COMMAND=echo  done"}, []string{
			"COMMAND: has a space at an end, or two in a row, of which kubernetes-entrypoint makes an empty argument; write single spaces between the words"}},
		{"a command with a line end", []string{"COMMAND=echo done\n"}, []string{
			"COMMAND: has a tab or a line end, at which kubernetes-entrypoint does not cut; write single spaces between the words"}},
		{"values that Kubernetes replaces", []string{"COMMAND=echo $(HOME)", "DEPENDENCY_SERVICE=$(A):b"}, []string{
			"COMMAND: the value has $( or $$, which Kubernetes replaces when the container starts; write what is meant",
			"DEPENDENCY_SERVICE: the value has $( or $$, which Kubernetes replaces when the container starts; write what is meant"}},
		{"files without an interface", []string{"DEPENDENCY_CONFIG=/a,/b"}, []string{
			"INTERFACE_NAME: is not set, and without it kubernetes-entrypoint makes no files; name the interface whose address is meant, such as eth0"}},
		{"a file in a reserved place, and one whose path cannot be told the wrapper", []string{"DEPENDENCY_CONFIG=/builder/a,/etc/a@b,a", "INTERFACE_NAME=eth0"}, []string{
			"DEPENDENCY_CONFIG: /builder/a: /builder is reserved; make the file elsewhere",
			"DEPENDENCY_CONFIG: /etc/a@b: paths of templates cannot have commas, equals signs and at signs; rename the file",
			"DEPENDENCY_CONFIG: a: not the absolute path of a file, without .. and spaces around it"}},
		{"an interface that can be none", []string{"DEPENDENCY_CONFIG=/a", "INTERFACE_NAME=eth0 eth1"}, []string{
			"INTERFACE_NAME: not the name of a network interface such as eth0"}},
		{"a custom resource that is not complete", []string{`DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"a.b/v1","name":"f"}]`}, []string{
			`DEPENDENCY_CUSTOM_RESOURCE: item 1 (line 1, column 2): apiVersion, kind and name say together which object is meant, and one of them is missing; ` +
				`write {"apiVersion": "stable.example.com/v1", "kind": "Foo", "name": "my-foo", "fields": [{"key": "status.phase", "value": "ready"}]}`}},
		{"names in JSON that no object has", []string{`DEPENDENCY_JOBS_JSON=[{"name":"a b"},{"name":"a","namespace":"B"}]`}, []string{
			"DEPENDENCY_JOBS_JSON: a b: item 1 (line 1, column 10): not the name of a job: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
			"DEPENDENCY_JOBS_JSON: B: item 2 (line 1, column 41): not the name of a namespace: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"}},
		{"more elements than a Pod may wait for", []string{"DEPENDENCY_SERVICE=" + numbered("a", 33), "DEPENDENCY_JOBS_JSON=[" + strings.Repeat("{},", 32) + "{}]"}, []string{
			"DEPENDENCY_SERVICE: 33 entries, but a Pod may wait for at most 32; wait for what needs the others itself",
			"DEPENDENCY_JOBS_JSON: 33 entries, but a Pod may wait for at most 32; wait for what needs the others itself"}},
		{"more than a Pod may wait for, in all", []string{"DEPENDENCY_SERVICE=" + numbered("a", 20), "DEPENDENCY_JOBS=" + numbered("b", 20)}, []string{
			"DEPENDENCY_SERVICE: 40 entries, but a Pod may wait for at most 32; wait for what needs the others itself"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := ParseKubernetesEntrypoint("main", environment(c.variables...))
			require.Equal(t, c.want, shownVariables(problems))
		})
	}
}

func TestWithoutItsOwnNameKubernetesEntrypointIgnoresMuch(t *testing.T) {
	own := environment()
	for _, variable := range []string{"DEPENDENCY_CONTAINER=a", "DEPENDENCY_DAEMONSET=a", `DEPENDENCY_POD_JSON=[{"labels":{"a":"b"}},{"labels":{"a":"c"}}]`} {
		name, value, _ := strings.Cut(variable, "=")
		_, problems := ParseKubernetesEntrypoint("main", []corev1.EnvVar{own[1], {Name: name, Value: value}})
		require.Equal(t, []string{"POD_NAME: does not come from metadata.name, and without the Pod's own name kubernetes-entrypoint ignores " + name +
			"; add valueFrom: {fieldRef: {fieldPath: metadata.name}}"}, shownVariables(problems))
	}
}

func TestWithoutNamespaceKubernetesEntrypointLooksElsewhere(t *testing.T) {
	for _, env := range [][]corev1.EnvVar{
		{{Name: "DEPENDENCY_SERVICE", Value: "a,b"}},
		{{Name: "DEPENDENCY_SERVICE", Value: "a,b"}, {Name: "NAMESPACE"}},
	} {
		_, problems := ParseKubernetesEntrypoint("main", env)
		require.Equal(t, []string{`NAMESPACE: is not set, so kubernetes-entrypoint looks in the namespace "default"; ` +
			"add valueFrom: {fieldRef: {fieldPath: metadata.namespace}}"}, shownVariables(problems))
	}
}

func TestValuesFromElsewhereCannotBeReadAtAdmission(t *testing.T) {
	elsewhere := &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{Key: "a"}}
	const want = ": the value comes from elsewhere when the container starts; write it here"
	env := []corev1.EnvVar{{Name: "NAMESPACE", ValueFrom: elsewhere}, {Name: "POD_NAME", ValueFrom: elsewhere}, {Name: "INTERFACE_NAME", ValueFrom: elsewhere},
		{Name: "DEPENDENCY_SERVICE", ValueFrom: elsewhere}, {Name: "OTHER", ValueFrom: elsewhere}}
	_, problems := ParseKubernetesEntrypoint("main", env)
	require.Equal(t, []string{"DEPENDENCY_SERVICE" + want}, shownVariables(problems), "nothing needs the others")

	_, problems = ParseKubernetesEntrypoint("main", append(env, corev1.EnvVar{Name: "DEPENDENCY_DAEMONSET", Value: "a,b"}, corev1.EnvVar{Name: "DEPENDENCY_CONFIG", Value: "/a"}))
	require.Equal(t, []string{"DEPENDENCY_SERVICE" + want, "POD_NAME" + want, "NAMESPACE" + want, "INTERFACE_NAME" + want}, shownVariables(problems))
}

func TestABadNamespaceIsReportedOnce(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", []corev1.EnvVar{{Name: "NAMESPACE", Value: "A"}, {Name: "DEPENDENCY_SERVICE", Value: "a,b"}})
	require.Equal(t, []string{"NAMESPACE: not the name of a namespace: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
		"and must start and end with an alphanumeric character"}, shownVariables(problems))
	require.Equal(t, []string{"service a", "service b"}, lines(made.Entries), "no entry has a name that no namespace can have")
}

func TestWhoseEnvironmentIsThatOfKubernetesEntrypoint(t *testing.T) {
	require.True(t, AsksKubernetesEntrypoint([]corev1.EnvVar{{Name: "A"}, {Name: "DEPENDENCY_SERVICE"}}))
	require.True(t, AsksKubernetesEntrypoint([]corev1.EnvVar{{Name: "DEPENDENCY_SERVICES"}}), "a spelling mistake is to be reported")
	require.False(t, AsksKubernetesEntrypoint([]corev1.EnvVar{{Name: "COMMAND"}, {Name: "NAMESPACE"}}))
}

// environment gives variables after those with which charts tell a container its own name and namespace.
func environment(variables ...string) []corev1.EnvVar {
	env := []corev1.EnvVar{
		{Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"}}},
		{Name: "NAMESPACE", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}}},
	}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		env = append(env, corev1.EnvVar{Name: name, Value: value})
	}
	return env
}

// numbered gives names with commas between them.
func numbered(name string, count int) string {
	names := make([]string, count)
	for i := range names {
		names[i] = name + strings.Repeat("x", i)
	}
	return strings.Join(names, ",")
}

func shownVariables(problems []EnvironmentProblem) []string {
	list := make([]string, len(problems))
	for i, problem := range problems {
		list[i] = problem.String()
		if problem.Value != "" {
			list[i] = problem.Variable + ": " + shown(problem.Problem)
		}
	}
	return list
}

func TestEachEntryTellsItsVariable(t *testing.T) {
	for _, variable := range []string{"DEPENDENCY_SERVICE=a", "DEPENDENCY_CONTAINER=a", "DEPENDENCY_DAEMONSET=a", "DEPENDENCY_JOBS=a", `DEPENDENCY_JOBS_JSON=[{"name":"a"}]`,
		`DEPENDENCY_POD_JSON=[{"labels":{"a":"b"}}]`, "DEPENDENCY_SOCKET=/a", `DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion":"a.b/v1","kind":"Foo","name":"f"}]`} {
		name, _, _ := strings.Cut(variable, "=")
		made, problems := ParseKubernetesEntrypoint("main", environment(variable))
		require.Empty(t, problems)
		require.Len(t, made.Entries, 1)
		require.Equal(t, name, made.Variable(made.Entries[0]))
	}
}

func TestAnEntryRepeatsWhatIsThereForTheSameContainer(t *testing.T) {
	made, problems := ParseKubernetesEntrypoint("main", environment("DEPENDENCY_SERVICE=a"))
	require.Empty(t, problems)
	for _, c := range []struct {
		text string
		want bool
	}{
		{"[{service: a, for: [main], timeout: 5m}]", true},
		{"[{service: a, for: [other, main]}]", true},
		{"[{service: a, for: [other]}]", false},
		{"[{service: a}]", false},
		{"[{service: 'b:a', for: [main]}]", false},
		{"[{deployment: a, for: [main]}]", false},
	} {
		entries, problems := Parse(c.text)
		require.Empty(t, problems)
		require.Equal(t, c.want, made.Entries[0].Repeats(entries[0]), c.text)
	}
}

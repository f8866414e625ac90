package dependency

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// documented is the list that the documentation shows.
const documented = `
- service: mariadb                     # at least one ready endpoint
- service: keystone-api
  namespace: identity
- job: migrate
- job: {labels: {initializes: neutron}}
- pod: {labels: {app: cache}, sameNode: true}
- daemonset: ovs-agent
- deployment: api
- resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}
  fields: [{key: spec.arbitrary-key, value: ready}]
  conditions: [{type: Ready, status: "True"}]
- container: envoy
  for: [build]
- socket: /var/run/openvswitch/ovs.sock
  for: [nova]
- file: /config/done
  for: [nova]
- tcp: db.example:5432
  timeout: 10m
`

func TestTheDocumentedListIsUnderstood(t *testing.T) {
	entries := parsed(t, documented)
	want := []string{
		"service mariadb",
		"service identity:keystone-api",
		"job migrate",
		"job with initializes=neutron",
		"pod with app=cache on this node",
		"daemonset ovs-agent",
		"deployment api",
		"Foo my-foo (spec.arbitrary-key, condition Ready)",
		"container envoy",
		"socket /var/run/openvswitch/ovs.sock",
		"file /config/done",
		"tcp db.example:5432",
	}
	require.Equal(t, want, lines(entries))
}

func TestEachKindHasWhatItsConsumersNeed(t *testing.T) {
	entries := parsed(t, documented)

	require.Equal(t, Service, entries[1].Kind())
	require.Equal(t, "identity", entries[1].Namespace())
	require.Equal(t, "keystone-api", entries[1].Name())
	require.True(t, entries[1].HoldsPod())

	require.Equal(t, map[string]string{"initializes": "neutron"}, entries[3].Labels())
	require.Empty(t, entries[3].Name())

	require.True(t, entries[4].SameNode())
	require.False(t, entries[3].SameNode())

	foo := entries[7]
	require.Equal(t, []string{"stable.example.com/v1", "Foo", "my-foo"}, []string{foo.APIVersion(), foo.ObjectKind(), foo.Name()})
	require.Equal(t, "spec.arbitrary-key", foo.Fields()[0].Path().String())
	require.Equal(t, "Ready", foo.Conditions()[0].Type())
	require.Equal(t, "True", foo.Conditions()[0].Status())

	require.True(t, entries[8].Holds("build"))
	require.False(t, entries[8].Holds("nova"))
	require.False(t, entries[8].HoldsPod())
	require.Equal(t, "item 9 (line 14, column 9)", entries[8].Waiters()[0].Place.String())
	require.Equal(t, "item 9 (line 13, column 14)", entries[8].Place().String())

	require.Equal(t, "/var/run/openvswitch/ovs.sock", entries[9].Path())
	require.Equal(t, "/config/done", entries[10].Path())
	require.Equal(t, "db.example:5432", entries[11].Address())
	require.Empty(t, entries[11].Name())
	require.Equal(t, 10*time.Minute, entries[11].Timeout())
	require.Zero(t, entries[10].Timeout())
}

func TestWhatNeedsANodeCannotBeWaitedForInTheQueue(t *testing.T) {
	var queued []string
	for _, entry := range parsed(t, documented) {
		if !entry.NeedsNode() {
			queued = append(queued, entry.String())
		}
	}
	require.Equal(t, []string{"service mariadb", "service identity:keystone-api", "job migrate", "job with initializes=neutron", "deployment api",
		"Foo my-foo (spec.arbitrary-key, condition Ready)"}, queued)
}

func TestEntriesGiveAwayCopies(t *testing.T) {
	entries := parsed(t, documented)
	entries[3].Labels()["initializes"] = "nova"
	entries[7].Fields()[0] = Field{}
	entries[7].Conditions()[0] = Condition{}
	entries[8].Waiters()[0].Name = "nova"
	require.Equal(t, lines(parsed(t, documented)), lines(entries))
	require.True(t, entries[8].Holds("build"))
}

func TestWhatIsAccepted(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a namespace before the name", "- service: identity:keystone-api", []string{"service identity:keystone-api"}},
		{"a namespace before the name in a flow mapping", "[{service: identity:keystone-api}]", []string{"service identity:keystone-api"}},
		{"a job by name in the long form", "- job: {name: identity:migrate}", []string{"job identity:migrate"}},
		{"pods of another namespace on this node", "- {pod: {labels: {app: cache, tier: one}, sameNode: true}, namespace: data}",
			[]string{"pod with app=cache, tier=one in data on this node"}},
		{"sameNode that says nothing", "- pod: {labels: {app: cache}, sameNode: false}", []string{"pod with app=cache"}},
		{"names that YAML takes for something else", "- service: null\n- job: 123\n- deployment: true\n- daemonset: 1e3",
			[]string{"service null", "job 123", "deployment true", "daemonset 1e3"}},
		{"labels that YAML takes for something else", `- pod: {labels: {app: true, tier: 1, empty: ""}}`, []string{"pod with app=true, empty=, tier=1"}},
		{"a resource that only has to be there", "- resource: {apiVersion: apps/v1, kind: Deployment, name: api}", []string{"Deployment api"}},
		{"a resource of the core group", "- resource: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}\n  conditions: [{type: Resizing, status: False}]",
			[]string{"PersistentVolumeClaim data (condition Resizing)"}},
		{"a Secret of another group", "- resource: {apiVersion: example.com/v1, kind: Secret, name: a}", []string{"Secret a"}},
		{"a resource with a name that only RBAC has", "- resource: {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, name: 'system:node'}",
			[]string{"ClusterRole system:node"}},
		{"more keys than a line names", "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: a, value: 1}, {key: b, value: 1}, {key: c, value: 1}, {key: d, value: 1}]",
			[]string{"Foo f (a, b, c and 1 more)"}},
		{"addresses of all kinds", "- {tcp: 'db:1', for: [a]}\n- {tcp: '[2001:db8::1]:65535', for: [a]}\n- {tcp: 10.0.0.1:80, for: [a]}",
			[]string{"tcp db:1", "tcp [2001:db8::1]:65535", "tcp 10.0.0.1:80"}},
		{"a path with spaces and letters of the world", "- {file: /data/größe a, for: [a]}", []string{"file /data/größe a"}},
		{"the same for two containers apart", "- {file: /done, for: [a], timeout: 1m}\n- {file: /done, for: [b]}", []string{"file /done", "file /done"}},
		{"one object judged by two entries for different keys", "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: a, value: 1}]\n" +
			"- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: b, value: 1}]", []string{"Foo f (a)", "Foo f (b)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, lines(parsed(t, c.text)))
		})
	}
}

func TestALongLineIsCutBetweenCharacters(t *testing.T) {
	entries := parsed(t, "- {file: /"+strings.Repeat("ö", 300)+", for: [a]}")
	require.Equal(t, "file /"+strings.Repeat("ö", 97)+"…", entries[0].String())
}

func TestMessagesNeverShowTheValueOfAField(t *testing.T) {
	const secret = "hunter2"
	entries := parsed(t, "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: a, value: "+secret+"}]")
	require.NotContains(t, entries[0].String(), secret)
	for _, bad := range []string{"{" + secret + ": x}", "[" + secret + "]", "&" + secret + " x", "!" + secret + " x", "0x7" + secret + strings.Repeat("x", maxScalar)} {
		_, problems := Parse("- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  fields: [{key: a, value: " + bad + "}]")
		require.NotEmpty(t, problems, bad)
		for _, problem := range problems {
			require.NotContains(t, problem.String()+problem.Value, secret)
		}
	}
}

// parsed gives the entries of a text in which nothing is wrong.
func parsed(t *testing.T, text string) []Entry {
	t.Helper()
	entries, problems := Parse(text)
	require.Empty(t, problems)
	return entries
}

func lines(entries []Entry) []string {
	list := make([]string, len(entries))
	for i, entry := range entries {
		list[i] = entry.String()
	}
	return list
}

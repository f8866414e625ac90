package clone

// Checkout is a repository that was cloned, as the companion loop publishes it and the kubectl plugin shows it.
type Checkout struct {
	// Path is where it lies below the workspace; "." is the workspace itself.
	Path string `json:"path"`
	URL  string `json:"url"`
	// RefType is branch, tag, commit, or ref for any other ref, and RefName its name.
	RefType string `json:"refType,omitempty"`
	RefName string `json:"refName,omitempty"`
	// Commit is the hash that was checked out. It is empty where the cloner's termination message had no room for it; RefType and RefName are
	// then what the Pod asked for.
	Commit string `json:"commit,omitempty"`
}

// Checkouts are the repositories of an order that was carried out, in its order, with what the cloner's termination message tells of them. They say
// nothing of whether it was carried out: the kubelet has to have seen the cloner exit 0.
func (o Order) Checkouts(message string) []Checkout {
	report, spoke := o.DecodeReport(message)
	var all []Checkout
	for i, r := range o.Repositories {
		known := r.Declared()
		if spoke {
			known = report.Sources[i]
		}
		all = append(all, Checkout{Path: string(r.Path), URL: r.URL.String(), RefType: known.RefType, RefName: known.RefName, Commit: known.Commit})
	}
	return all
}

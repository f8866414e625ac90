package clone

// What [Source.RefType] can be: the kinds of refs, but for [AnyRef], which is found out.
const (
	refTypeBranch = string(Branch)
	refTypeTag    = string(Tag)
	refTypeCommit = string(Commit)
	refTypeRef    = string(FullRef)
)

// headName is the RefName of what the server's HEAD points to.
const headName = "HEAD"

// Source is what is known about what was checked out. Fields are empty as long as they are not known.
type Source struct {
	// RefType is branch, tag, commit, or ref for any other ref and for what only the cloner can find out.
	RefType string `json:"refType"`
	// RefName is the name of the branch or tag, the commit, or the full ref; HEAD where the server's HEAD names no branch.
	RefName string `json:"refName"`
	// Commit is the hash that was checked out.
	Commit string `json:"commit"`
}

// Declared is what an order alone tells about a repository: no commit, and RefType ref where only the server knows better.
func (r Repository) Declared() Source {
	switch r.Ref.Kind {
	case "":
		return Source{RefType: refTypeRef, RefName: headName}
	case AnyRef:
		return Source{RefType: refTypeRef, RefName: r.Ref.Name}
	default:
		return Source{RefType: string(r.Ref.Kind), RefName: r.Ref.Name}
	}
}

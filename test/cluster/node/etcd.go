package node

// etcdURL is where etcd listens: inside the namespace only.
const etcdURL = "http://127.0.0.1:2379"

// startEtcd starts the database. It never waits for the disk: what it holds is gone after Down anyway, and a machine that loses its
// power loses the node too.
func (n *Node) startEtcd() error {
	return n.start("etcd", []string{
		"--name=" + Name,
		"--data-dir=" + n.data("etcd"),
		"--listen-client-urls=" + etcdURL,
		"--advertise-client-urls=" + etcdURL,
		"--listen-peer-urls=http://127.0.0.1:2380",
		"--initial-advertise-peer-urls=http://127.0.0.1:2380",
		"--initial-cluster=" + Name + "=http://127.0.0.1:2380",
		"--unsafe-no-fsync",
	})
}

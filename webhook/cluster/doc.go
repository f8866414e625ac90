// Package cluster finds out what the cluster is like where a Pod is to run: whether every node can mount an image as a volume, and what
// the LimitRanges and ResourceQuotas of its namespace demand of each container. Package mutate decides with it how the wrapper gets into the
// Pod, and what the containers that it adds ask for.
//
// It is an edge. Nodes, LimitRanges and ResourceQuotas are watched in all namespaces ([Watch]), so that an admission asks no API server
// and waits for nothing; the rights that it needs are get, list and watch on the three. Of each object only what is read here is
// kept ([CacheOptions]). Of the nodes not even that is looked at in an admission: whenever one changes, it is noted whether
// it can, and the answer is a count of those that cannot.
//
// Until everything was listed once the webhook is not ready ([Cluster.Ready]): it would answer for a cluster without nodes and limits.
package cluster

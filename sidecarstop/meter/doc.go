// Package meter counts and times what the companion loop does, for Prometheus.
//
//	orderly_gate_wait_seconds{gate}      how long gates were closed: pod, container, queue
//	orderly_ready_flip_seconds           from what opened a gate, as the loop learned of it, to the API server's answer
//	orderly_sidecar_stops_total{way}     sidecars that the loop stopped, or could not
//	orderly_cancels_total{reason}        Pods that the loop cancelled
//	orderly_watches                      watches that are open for what Pods wait for
//	orderly_api_writes_total{what,result} writes to the API server: status, pod, event; ok, exists, conflict, gone,
//	                                     refused, error
//
// No label names a Pod, a namespace, an image or anything else that a user chooses, so the number of series does not grow with the
// cluster, and whoever may read metrics learns nothing about workloads. Labels take their values from short lists, and what is on none
// of them counts as other.
//
// The loop gets a [Meter] and calls a method where something happened. A nil *Meter measures nothing, which is what tests of other packages use.
package meter

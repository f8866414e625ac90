package main

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordinationv1client "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	ctrl "sigs.k8s.io/controller-runtime"

	"orderly.dev/sidecarstop"
)

// Of several replicas one acts, the one that holds a Lease. The others know what it knows, and wait for the Lease. Two that act at the
// same time would do no harm, since all that the loop writes is idempotent, but each would write everything.
//
// A leader that is told to stop gives the Lease up as its last act. The others ask for it every retryPeriod, made longer at random by up
// to 120 percent, so one of them leads after 0.9 s at the latest. A leader that is killed gives nothing up: it has renewed the Lease at
// most a retryPeriod ago, the others have seen that at most 0.9 s later, and ask again at most 0.9 s after the leaseDuration is over. That is
// why retryPeriod is shorter than the usual 2 s. It costs two or three writes a second.
//
// The leaseDuration is shorter than the usual 15 s, because nobody opens a gate as long as it runs. Yet an API server that is away for
// less than the renewDeadline, or answers late, costs no leader.
const (
	leaseName     = sidecarstop.Name
	leaseDuration = 10 * time.Second
	renewDeadline = 7 * time.Second
	retryPeriod   = 400 * time.Millisecond
)

// election is how this replica takes part. The zero value is a replica that is alone and acts at once.
type election struct {
	// namespace is where the Lease is.
	namespace string
	// identity is what the Lease calls the replica. A program that is killed and started again under the same name leads at once, without
	// waiting for its own Lease to run out, so it is the name of the Pod where there is one.
	identity string
}

// isAlone reports whether there is nothing to agree on.
func (e election) isAlone() bool { return e == election{} }

// addTo makes a manager take part.
func (e election) addTo(options *ctrl.Options, config *rest.Config) error {
	if e.isAlone() {
		return nil
	}
	lock, err := e.newLock(config)
	if err != nil {
		return fmt.Errorf("preparing to take Lease %s/%s: %w", e.namespace, leaseName, err)
	}
	options.LeaderElection = true
	options.LeaderElectionID = leaseName
	options.LeaderElectionResourceLockInterface = lock
	options.LeaderElectionReleaseOnCancel = true
	options.LeaseDuration, options.RenewDeadline, options.RetryPeriod = new(leaseDuration), new(renewDeadline), new(retryPeriod)
	return nil
}

// newLock makes what controller-runtime would make itself, but with our identity, and without its Events, for which we would need a
// right more.
func (e election) newLock(config *rest.Config) (resourcelock.Interface, error) {
	config = rest.AddUserAgent(rest.CopyConfig(config), "leader-election")
	// One answer that does not come must not cost the Lease: there is time for a second request.
	config.Timeout = renewDeadline / 2
	leases, err := coordinationv1client.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Namespace: e.namespace, Name: leaseName},
		Client:     leases,
		LockConfig: resourcelock.ResourceLockConfig{Identity: e.identity},
	}, nil
}

package sidecarstop

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/meter"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// conflictPause is how long a patch waits that met with too many other writers. The API server has tried it several times
// by then, so that an immediate attempt would meet them again.
const conflictPause = 20 * time.Millisecond

// Watches shows what Pods wait for, and wakes them when it changes. Package watch has the one that looks at the cluster.
type Watches interface {
	// Look shows what the entries of a Pod need, and lets go what the Pod looked at before and needs no more.
	Look(pod *corev1.Pod, entries []dependency.Entry) gate.Sight
	// Forget lets go everything.
	Forget(pod types.NamespacedName)
}

// Teller says Events about a Pod and its owner, nil where there is none. It does not wait, and says nothing twice.
type Teller interface {
	Tell(pod *corev1.Pod, owner *metav1.OwnerReference, all []voice.Event)
}

// Reconciler does for one Pod what [Decide] says.
type Reconciler struct {
	// Client reads Pods, from a cache made with [CacheOptions], and patches them.
	Client client.Client
	// Live reads Jobs from the API server. It is asked rarely, so that there need not be a cache of them.
	Live client.Reader
	// Watches shows what Pods wait for.
	Watches Watches
	// Teller says what people are told.
	Teller Teller
	// Settings are the operator's.
	Settings ending.Settings
	// Meter measures. Nil measures nothing.
	Meter *meter.Meter
	// Now is the clock. Nil is the system's.
	Now func() time.Time

	waits    parsedWaits
	memory   memory
	turns    turns
	arrivals arrivals
}

var _ reconcile.Reconciler = (*Reconciler)(nil)

// Reconcile brings one Pod to where [Decide] has nothing more to say now. It returns an error when the API server refused a
// patch for a reason that may pass; a Pod that has vanished is no error.
func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	arrived := r.arrivals.take(request.NamespacedName, r.now())
	var pod corev1.Pod
	if err := r.Client.Get(ctx, request.NamespacedName, &pod); err != nil {
		if apierrors.IsNotFound(err) {
			r.forget(request.NamespacedName)
			return reconcile.Result{}, nil
		}
		return reconcile.Result{}, fmt.Errorf("reading Pod %s: %w", request, err)
	}
	known := r.memory.of(&pod)
	if wait := known.behind(&pod, r.now()); wait > 0 {
		return reconcile.Result{RequeueAfter: wait}, nil
	}
	known.written = ""
	act := action{Reconciler: r, pod: &pod, view: podview.Of(&pod), known: known, arrived: arrived}
	result, err := act.run(ctx)
	r.memory.keep(request.NamespacedName, act.known)
	if isGone(err) {
		log.FromContext(ctx).V(1).Info("Pod has vanished", "uid", pod.UID)
		r.forget(request.NamespacedName)
		return reconcile.Result{}, nil
	}
	if err != nil {
		// The pauses after errors are those of the queue. A pause beside one would be ignored, with a complaint in the log.
		return reconcile.Result{}, err
	}
	return result, nil
}

func (r *Reconciler) forget(pod types.NamespacedName) {
	r.memory.forget(pod)
	r.turns.forget(pod)
	r.Watches.Forget(pod)
}

func (r *Reconciler) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// action is one turn of one Pod.
type action struct {
	*Reconciler
	pod  *corev1.Pod
	view podview.View
	// known is what is remembered of the Pod, before the turn and after it.
	known recollection
	// arrived is when the loop learned of what caused the turn.
	arrived time.Time
	// awaitsTurn says that another Pod of the same Job has to be done first.
	awaitsTurn bool
	// swapRefused says that the API server has just refused to swap images. What is decided next goes on without.
	swapRefused bool
}

func (a *action) run(ctx context.Context) (reconcile.Result, error) {
	facts, err := a.gather(ctx)
	decision := decide(a.view, facts, a.now())
	done := a.carryOut(ctx, decision)
	a.endTurn(decision, done)
	switch {
	case done == nil && a.awaitsTurn:
		return reconcile.Result{RequeueAfter: sooner(decision.Again, turnPause)}, err
	case done == nil:
		return reconcile.Result{RequeueAfter: decision.Again}, err
	case isGone(done):
		return reconcile.Result{}, done
	case apierrors.IsConflict(done):
		return reconcile.Result{RequeueAfter: conflictPause}, err
	case a.swapRefused:
		log.FromContext(ctx).Info("Swapping images was refused", "uid", a.pod.UID, "sidecars", decision.Stop, "error", done.Error())
		return reconcile.Result{RequeueAfter: conflictPause}, err
	default:
		return reconcile.Result{}, errors.Join(done, err)
	}
}

// gather asks for what is not in the Pod. An error leaves the rest of the facts right, so that what does not depend on them is done all the same.
func (a *action) gather(ctx context.Context) (Facts, error) {
	facts := Facts{Waits: a.waits.of(a.pod)}
	facts.Sight = a.look(facts.Waits)
	a.known.troubles = a.known.troubles.After(a.view, a.now())
	owner, err := a.askOwner(ctx)
	facts.Ending = ending.Facts{Settings: a.Settings, Troubles: a.known.troubles, Refused: a.known.refused, Owner: owner}
	return facts, err
}

func (a *action) look(waits Waits) gate.Sight {
	entries := watched(a.view, waits)
	if !a.view.IsManaged() || len(entries) == 0 {
		a.Watches.Forget(client.ObjectKeyFromObject(a.pod))
		return nil
	}
	return a.Watches.Look(a.pod, entries)
}

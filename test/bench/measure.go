package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"orderly.dev/mutate/contract"
)

// patience bounds one Job.
const patience = 2 * time.Minute

type bench struct {
	client    kubernetes.Interface
	image     string
	namespace string
}

// open makes a namespace that opted in and waits until Pods can be created there.
func (b *bench) open(ctx context.Context) error {
	ns, err := b.client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "bench-", Labels: map[string]string{contract.LabelInject: contract.InjectEnabled},
	}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	b.namespace = ns.Name
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		_, err := b.client.CoreV1().ServiceAccounts(b.namespace).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
}

func (b *bench) close(ctx context.Context) {
	if err := b.client.CoreV1().Namespaces().Delete(ctx, b.namespace, metav1.DeleteOptions{}); err != nil {
		fmt.Fprintf(os.Stderr, "removing the namespace %s: %v\n", b.namespace, err)
	}
}

// story is what was seen of one Job.
type story struct {
	created, sidecarReady, gateOpen, ended, complete time.Time
	pod                                              string
}

// measure runs one Job and returns its figures by name.
func (b *bench) measure(ctx context.Context, w work) (map[string]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := b.follow(ctx, w)
	if err != nil {
		return nil, err
	}
	switch {
	case w.sidecar == nil:
		return map[string]time.Duration{w.name: s.complete.Sub(s.created)}, nil
	case w.steps == "":
		return map[string]time.Duration{w.name: s.complete.Sub(s.ended)}, nil
	case s.sidecarReady.IsZero() || s.gateOpen.IsZero():
		return nil, fmt.Errorf("something was not seen: %+v", s)
	}
	return map[string]time.Duration{w.name: s.complete.Sub(s.ended), "ready flip": s.gateOpen.Sub(s.sidecarReady)}, nil
}

// follow creates the Job and watches it and its Pod until it is Complete.
func (b *bench) follow(ctx context.Context, w work) (story, error) {
	pods, err := b.client.CoreV1().Pods(b.namespace).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		return story{}, err
	}
	defer pods.Stop()
	jobs, err := b.client.BatchV1().Jobs(b.namespace).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		return story{}, err
	}
	defer jobs.Stop()
	s := story{created: time.Now()}
	job, err := b.client.BatchV1().Jobs(b.namespace).Create(ctx, w.job(b.image), metav1.CreateOptions{})
	if err != nil {
		return story{}, err
	}
	if err := s.watch(job.Name, pods.ResultChan(), jobs.ResultChan()); err != nil {
		return story{}, err
	}
	if w.sidecar != nil {
		if s.ended, err = b.readEnd(ctx, s.pod); err != nil {
			return story{}, err
		}
	}
	foreground := metav1.DeletePropagationForeground
	err = b.client.BatchV1().Jobs(b.namespace).Delete(ctx, job.Name, metav1.DeleteOptions{PropagationPolicy: &foreground})
	if err != nil {
		return story{}, err
	}
	return s, waitDeleted(job.Name, jobs.ResultChan())
}

var errWatch = errors.New("the watch ended before the Job")

func (s *story) watch(job string, pods, jobs <-chan watch.Event) error {
	for {
		select {
		case event, open := <-pods:
			pod, isPod := event.Object.(*corev1.Pod)
			if !open || !isPod {
				return errWatch
			}
			if pod.Labels[batchv1.JobNameLabel] == job {
				s.seePod(pod, time.Now())
			}
		case event, open := <-jobs:
			j, isJob := event.Object.(*batchv1.Job)
			if !open || !isJob {
				return errWatch
			}
			if j.Name == job && s.seeJob(j, time.Now()) {
				return nil
			}
		}
	}
}

func (s *story) seePod(pod *corev1.Pod, now time.Time) {
	for _, c := range pod.Status.InitContainerStatuses {
		if c.Name == "sidecar" && c.Ready && s.sidecarReady.IsZero() {
			s.sidecarReady = now
		}
	}
	if pod.Annotations[contract.AnnotationReady] == contract.ReadyValue && s.gateOpen.IsZero() {
		s.gateOpen = now
	}
	s.pod = pod.Name
}

// readEnd returns when the container "only" of a Pod ended, by its own log.
func (b *bench) readEnd(ctx context.Context, pod string) (time.Time, error) {
	text, err := b.client.CoreV1().Pods(b.namespace).GetLogs(pod, &corev1.PodLogOptions{Container: "only"}).DoRaw(ctx)
	if err != nil {
		return time.Time{}, err
	}
	ended, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading when %s ended: %w", pod, err)
	}
	now, err := os.ReadFile("/proc/uptime") // the node is this machine
	if err != nil {
		return time.Time{}, err
	}
	first, _, _ := strings.Cut(string(now), " ")
	uptime, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the uptime: %w", err)
	}
	return time.Now().Add(-time.Duration((uptime - ended) * float64(time.Second))), nil
}

// seeJob reports whether the Job is complete.
func (s *story) seeJob(job *batchv1.Job, now time.Time) bool {
	complete := slices.ContainsFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return c.Type == batchv1.JobComplete && c.Status == corev1.ConditionTrue
	})
	if complete {
		s.complete = now
	}
	return complete
}

func waitDeleted(job string, jobs <-chan watch.Event) error {
	for event := range jobs {
		if j, isJob := event.Object.(*batchv1.Job); isJob && j.Name == job && event.Type == watch.Deleted {
			return nil
		}
	}
	return errWatch
}

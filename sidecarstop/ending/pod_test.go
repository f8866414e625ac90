package ending_test

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
)

const nopImage = "registry.example/tools:1"

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// change is something that makes a Pod another one.
type change = func(*corev1.Pod)

// makePod makes a managed Pod that runs on a node, with restartPolicy Never, to which the changes are made in their order.
func makePod(changes ...change) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "job-x1", UID: "uid-1",
			Labels: map[string]string{contract.LabelManaged: contract.ManagedYes},
		},
		Spec:   corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, NodeName: "n1"},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

// status is what the kubelet says about a container. Nil is one of which it has not said anything.
type status = *corev1.ContainerStatus

var unknown status

var running = runningFor(time.Hour)

func runningFor(d time.Duration) status {
	return &corev1.ContainerStatus{Ready: true, State: corev1.ContainerState{
		Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(ago(d))},
	}}
}

func waiting(reason string, message ...string) status {
	w := &corev1.ContainerStateWaiting{Reason: reason}
	if len(message) > 0 {
		w.Message = message[0]
	}
	return &corev1.ContainerStatus{State: corev1.ContainerState{Waiting: w}}
}

// ended is a container that ended with that code ten seconds ago.
func ended(code int32) status { return died(code, "", "") }

func died(code int32, reason, message string) status {
	return endedAt(ago(10*time.Second), corev1.ContainerStateTerminated{ExitCode: code, Reason: reason, Message: message})
}

func endedAt(at time.Time, how corev1.ContainerStateTerminated) status {
	how.FinishedAt = metav1.NewTime(at)
	return &corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &how}}
}

// after is the same container, whose run before that ended with that code at that time.
func after(s status, code int32, at time.Time) status {
	s = s.DeepCopy()
	s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		ExitCode: code, StartedAt: metav1.NewTime(at.Add(-time.Second)), FinishedAt: metav1.NewTime(at),
	}
	return s
}

func crashing(code int32) status {
	return after(waiting("CrashLoopBackOff", "back-off 20s"), code, ago(time.Second))
}

func restarted(s status, times int32) status {
	s = s.DeepCopy()
	s.RestartCount = times
	return s
}

// lasted is the same container, whose run that has ended took that long.
func lasted(s status, d time.Duration) status {
	s = s.DeepCopy()
	s.State.Terminated.StartedAt.Time = s.State.Terminated.FinishedAt.Add(-d)
	return s
}

// option changes the flags of a wrapper.
type option = func(*contract.Options)

func waitsFor(steps ...string) option {
	return func(o *contract.Options) {
		for _, step := range steps {
			o.WaitFiles = append(o.WaitFiles, contract.MarkerFile(step))
		}
		o.DeadFile = contract.DeadFile
	}
}

func hasSibling(step string) option {
	return func(o *contract.Options) { o.SiblingFiles = []string{contract.MarkerFile(step)} }
}

func hasGrace(d time.Duration) option { return func(o *contract.Options) { o.Grace = d } }

func heedsNoCancel(o *contract.Options) { o.CancelFiles = nil }

func step(name string, s status, options ...option) change {
	return container(name, s, contract.Options{
		Step: name, PostFile: contract.MarkerFile(name), CancelFiles: []string{contract.CancelFile}, Entrypoint: "make",
	}, options)
}

func wrapped(name string, s status, options ...option) change {
	return container(name, s, contract.Options{StopFiles: []string{contract.MarkerFile("a")}, Entrypoint: "envoy"}, options)
}

// hooked is wrapped, and has a preStop hook that the kubelet is to run.
func hooked(name string, s status) change {
	return container(name, s, contract.Options{
		StopFiles: []string{contract.MarkerFile("a")}, StopBy: contract.StopByKubelet, Entrypoint: "envoy",
	}, nil)
}

// gated waits for its gate, in a Pod with or without steps.
func gated(name string, s status) change {
	return container(name, s, contract.Options{
		ReadyFiles: []string{contract.GateFile(name)}, CancelFiles: []string{contract.CancelFile}, Entrypoint: "serve",
	}, nil)
}

func container(name string, s status, o contract.Options, options []option) change {
	for _, change := range options {
		change(&o)
	}
	return late(name, s, append([]string{contract.WrapperPath}, o.Words()...)...)
}

// late is a container without a wrapper.
func late(name string, s status, command ...string) change {
	return func(pod *corev1.Pod) {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name, Image: "registry.example/" + name, Command: command})
		pod.Status.ContainerStatuses = report(pod.Status.ContainerStatuses, name, s)
	}
}

func native(name string, s status) change {
	return func(pod *corev1.Pod) {
		always := corev1.ContainerRestartPolicyAlways
		initial(name, s)(pod)
		pod.Spec.InitContainers[len(pod.Spec.InitContainers)-1].RestartPolicy = &always
	}
}

func initial(name string, s status, command ...string) change {
	return func(pod *corev1.Pod) {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: name, Image: "registry.example/" + name, Command: command})
		pod.Status.InitContainerStatuses = report(pod.Status.InitContainerStatuses, name, s)
	}
}

func waiter(s status) change {
	o := contract.Options{
		ReadyFiles: []string{contract.GateFile(contract.WaitContainer)}, CancelFiles: []string{contract.CancelFile}, WaitTimeout: time.Hour,
		Entrypoint: contract.ToolsNop,
	}
	return initial(contract.WaitContainer, s, append([]string{contract.ToolsWrapper}, o.Words()...)...)
}

// cloner is the init container that clones a repository.
func cloner(s status) change {
	return initial(contract.CloneContainer, s, contract.ToolsCloner,
		`{"repositories":[{"url":"https://git.example.com/team/app.git","path":"app"}],"workspace":"/workspace","envPrefix":"ORDERLY_"}`)
}

// says is the same container, whose run that ended last said so.
func says(s status, message string) status {
	s = s.DeepCopy()
	for _, ended := range []*corev1.ContainerStateTerminated{s.State.Terminated, s.LastTerminationState.Terminated} {
		if ended != nil {
			ended.Message = message
		}
	}
	return s
}

// report puts the newest status first, so that nothing can rely on the order of statuses.
func report(all []corev1.ContainerStatus, name string, s status) []corev1.ContainerStatus {
	if s == nil {
		return all
	}
	named := s.DeepCopy()
	named.Name = name
	return append([]corev1.ContainerStatus{*named}, all...)
}

func onFailure(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure }

func always(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyAlways }

func unmanaged(pod *corev1.Pod) { delete(pod.Labels, contract.LabelManaged) }

func pending(pod *corev1.Pod) { pod.Status.Phase = corev1.PodPending }

func succeeded(pod *corev1.Pod) { pod.Status.Phase = corev1.PodSucceeded }

func failed(pod *corev1.Pod) { pod.Status.Phase = corev1.PodFailed }

func deleted(pod *corev1.Pod) {
	at := metav1.NewTime(now)
	pod.DeletionTimestamp = &at
}

func unscheduled(pod *corev1.Pod) {
	pending(pod)
	pod.Spec.NodeName = ""
}

func held(pod *corev1.Pod) {
	unscheduled(pod)
	pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: contract.SchedulingGate}}
}

// released is a Pod that was held and need not wait any more.
func released(pod *corev1.Pod) {
	annotated(contract.GateAnnotation(contract.WaitContainer), contract.ReadyValue)(pod)
}

func annotated(key, value string) change {
	return func(pod *corev1.Pod) { metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value) }
}

func graceOf(seconds int64) change {
	return func(pod *corev1.Pod) { pod.Spec.TerminationGracePeriodSeconds = &seconds }
}

func deadlineOf(seconds int64) change {
	return func(pod *corev1.Pod) { pod.Spec.ActiveDeadlineSeconds = &seconds }
}

// cancelledAt is a Pod of which the first part of a cancel has been written.
func cancelledAt(at time.Time) change {
	return func(pod *corev1.Pod) {
		annotated(contract.AnnotationCancel, "GateTimeout: service db is missing")(pod)
		conditioned(corev1.ConditionTrue, at)(pod)
	}
}

func conditioned(is corev1.ConditionStatus, at time.Time) change {
	return func(pod *corev1.Pod) {
		pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{
			Type: contract.ConditionCancelled, Status: is, Reason: ending.ReasonGateTimeout, Message: "service db is missing",
			LastTransitionTime: metav1.NewTime(at),
		})
	}
}

func swapped(name string) change {
	return func(pod *corev1.Pod) {
		for i := range pod.Spec.Containers {
			if pod.Spec.Containers[i].Name == name {
				pod.Spec.Containers[i].Image = nopImage
			}
		}
	}
}

func ofJob(pod *corev1.Pod) {
	is := true
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: "job", UID: "uid-job", Controller: &is}}
}

// flagsOfAnotherVersion gives the last container's wrapper a flag that this version does not know.
func flagsOfAnotherVersion(pod *corev1.Pod) {
	c := &pod.Spec.Containers[len(pod.Spec.Containers)-1]
	c.Command = append([]string{contract.WrapperPath, "-from_the_future"}, c.Command[min(1, len(c.Command)):]...)
}

// behindATool puts another program in front of the last container's wrapper.
func behindATool(pod *corev1.Pod) {
	c := &pod.Spec.Containers[len(pod.Spec.Containers)-1]
	c.Command, c.Args = []string{"/vault/vault-env"}, append(c.Command, c.Args...)
}

func annotatedCancel(pod *corev1.Pod) { annotated(contract.AnnotationCancel, "stop")(pod) }

// Package voice says in words what happened in a Pod, for people and for programs that read conditions and annotations.
//
// [Tell] is a pure function of a Pod: the same Pod gives the same words, whoever asks and however often. What it says goes three ways.
//
// # The annotation orderly.dev/result
//
// It is JSON ([Result]), for programs, and for people who come late. It is there when every step has ended for good, or the Pod is over and the rest will never
// run: failed by its deadline, evicted, cancelled. Each step has its status, exit code, reason, start, duration and attempts; then come the stages, the
// repositories that were cloned with the commits that were checked out, and the results that steps left. It stays on the Pod as long as that does. Because
// its bytes depend on nothing but the Pod, it is written once.
//
// # The condition orderly.dev/Finished
//
// It comes with the annotation, in the same patch, and carries its outcome and one sentence, so that `kubectl wait --for=condition=orderly.dev/Finished` works, and
// `kubectl describe` tells why.
//
// # Events
//
// They are the story while it goes on ([Event]). By default there is one for the end of each step that ran, and one for each try of the cloner that failed.
// With orderly.dev/events: all there are also those for starts, for steps that did not run, and for containers that became ready. What is not about steps is
// told of Pods without steps, too. One on the Job that owns the Pod tells of all steps, because Jobs outlive their Pods. Events are forgotten after an
// hour, and what happened long ago is not told as if it were news.
//
// # Whose word counts
//
// A wrapper reports in the termination message of its container how its step ended, to the nanosecond. Its command can write to the same file, so a report
// counts only where it fits what the kubelet saw and what the Pod was told: the container's name, its exit code, its flags, how the steps ended that it
// blames, whether the Pod was cancelled. In that way a step can lie about itself within what it could have done anyway, and not about others.
// kubectl-orderly judges by the same rules. Where no report counts, the kubelet's word does, and its times, to the second; whether a step that exited 0
// ran at all then follows from the steps before it. What a command printed is repeated nowhere, but for the results that the Pod declared.
//
// The cloner, which is ours, is quoted: nobody else knows why a repository could not be cloned, and it never prints a secret. What it says about the repositories
// that it cloned counts where the kubelet saw it exit 0. It repeats what git servers say, so its words, too, are cleaned, and cut where they are long ([Share]).
//
// Words are bounded and on one line ([OneLine]). The package teller below this one writes Events; annotation and condition are written by the loop.
package voice

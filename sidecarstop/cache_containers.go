package sidecarstop

import (
	"slices"
	"strconv"
	"sync"
	"unique"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// shared is the same text, of which there is only one copy in memory however many Pods have it.
func shared[T ~string](text T) T { return unique.Make(text).Value() }

func sharedAll(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = shared(text)
	}
	return all
}

// maxTemplates bounds the lists of containers that are shared. The Pods of one owner have one between them, because what differs from Pod to Pod is not
// kept of it.
const maxTemplates = 2000

// templates are lists of containers by what is in them. A list that is here is never changed, nor is any Pod in the cache.
type templates struct {
	mutex sync.Mutex
	byKey map[string][]corev1.Container
}

var allTemplates templates

// share returns the list that is known with the same content, or makes this one known.
func (t *templates) share(all []corev1.Container) []corev1.Container {
	key := keyOf(all)
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if known, found := t.byKey[key]; found {
		return known
	}
	if t.byKey == nil || len(t.byKey) >= maxTemplates {
		t.byKey = map[string][]corev1.Container{}
	}
	for i := range all {
		c := &all[i]
		c.Name, c.Image, c.Command, c.Args = shared(c.Name), shared(c.Image), sharedAll(c.Command), sharedAll(c.Args)
	}
	t.byKey[key] = all
	return all
}

// keyOf is the same text for lists with the same content, and for no others.
func keyOf(all []corev1.Container) string {
	var key []byte
	add := func(words ...string) {
		key = append(strconv.AppendInt(key, int64(len(words)), 10), ';')
		for _, word := range words {
			key = append(strconv.AppendInt(key, int64(len(word)), 10), ':')
			key = append(key, word...)
		}
	}
	for i := range all {
		c := &all[i]
		add(c.Name, c.Image, policyOf(c), strconv.Itoa(len(c.RestartPolicyRules)))
		add(c.Command...)
		add(c.Args...)
	}
	return string(key)
}

func policyOf(c *corev1.Container) string {
	if c.RestartPolicy == nil {
		return ""
	}
	return string(*c.RestartPolicy)
}

func reduceContainers(all []corev1.Container) []corev1.Container {
	if len(all) == 0 {
		return nil
	}
	reduced := make([]corev1.Container, len(all))
	for i := range all {
		c := &all[i]
		command, args := reduceCommand(c.Command, c.Args)
		if order, clones := orderOf(c); clones {
			// Of what stands before the cloner nothing is read, and it may be of any length; the size of an order is bounded.
			command, args = []string{contract.ToolsCloner}, []string{order.Encode()}
		}
		reduced[i] = corev1.Container{Name: c.Name, Image: c.Image, Command: command, Args: args, RestartPolicy: sharedPolicy(c.RestartPolicy)}
		if len(c.RestartPolicyRules) > 0 {
			// That there are some is what is read.
			reduced[i].RestartPolicyRules = oneRule
		}
	}
	return allTemplates.share(reduced)
}

// orderOf is what the cloner was told, and false for any other container.
func orderOf(c *corev1.Container) (clone.Order, bool) {
	if c.Name != contract.CloneContainer {
		return clone.Order{}, false
	}
	return clone.FindOrder(slices.Concat(c.Command, c.Args))
}

var oneRule = make([]corev1.ContainerRestartRule, 1)

var alwaysRestarts = corev1.ContainerRestartPolicyAlways

// sharedPolicy is one of a container by itself.
func sharedPolicy(policy *corev1.ContainerRestartPolicy) *corev1.ContainerRestartPolicy {
	switch {
	case policy == nil:
		return nil
	case *policy == alwaysRestarts:
		return &alwaysRestarts
	default:
		return new(shared(*policy))
	}
}

// endOfFlags parts the wrapper's flags from the arguments of the user's command.
const endOfFlags = "--"

// reduceCommand keeps the program, the wrapper, wherever it stands, and its flags. It drops what comes after them, where a whole script may be.
func reduceCommand(command, args []string) (reducedCommand, reducedArgs []string) {
	words := slices.Concat(command, args)
	at := slices.Index(words, contract.WrapperPath)
	if at < 0 {
		// Only where that is not there: a user's program may have the same name.
		at = slices.Index(words, contract.ToolsWrapper)
	}
	if at < 0 {
		return command[:min(1, len(command))], nil
	}
	wrapper := words[at:]
	if end := slices.Index(wrapper, endOfFlags); end >= 0 {
		wrapper = wrapper[:end+1]
	} else {
		// Flags without an end are none.
		wrapper = wrapper[:1]
	}
	if at == 0 && len(command) > 0 {
		return wrapper, nil
	}
	return command[:min(1, len(command))], wrapper
}

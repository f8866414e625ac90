package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/test/bench/figure"
)

// waiting measures two wrappers that wait: one at a closed gate, one behind it. The larger number of each kind counts.
func waiting(wrapper string) ([]figure.Figure, error) {
	p, err := newPod(wrapper)
	if err != nil {
		return nil, err
	}
	figures, err := p.measureWaiting()
	return figures, errors.Join(err, p.remove())
}

func (p *pod) measureWaiting() ([]figure.Figure, error) {
	steps, err := p.startChain(2)
	if err != nil {
		return nil, err
	}
	resident, anonymous := 0, 0
	for _, c := range steps {
		resident = max(resident, c.sum("status", "VmRSS:"))
		anonymous = max(anonymous, c.sum("status", "RssAnon:"))
	}
	if resident == 0 || anonymous == 0 {
		return nil, errors.New("the kernel tells nothing of the memory")
	}
	return []figure.Figure{
		figure.New("entrypoint_wait_rss_kb", float64(resident), "kB"),
		figure.New("entrypoint_wait_anon_kb", float64(anonymous), "kB"),
		figure.New("wait_cpu_wakeups_per_s", wakeUps(steps), "1/s"),
	}, nil
}

// wakeUps counts how often per second the threads of a wrapper sleep and wake. Of those that are given the one that does so most
// counts.
func wakeUps(containers []*container) float64 {
	const watched, threads, switches = 10 * time.Second, "task/*/status", "voluntary_ctxt_switches:"
	before := make([]int, len(containers))
	for i, c := range containers {
		before[i] = c.sum(threads, switches)
	}
	<-time.After(watched)
	most := 0
	for i, c := range containers {
		most = max(most, c.sum(threads, switches)-before[i])
	}
	return float64(most) / watched.Seconds()
}

// startChain starts steps that run true one after the other behind a closed gate, and returns when all wait.
func (p *pod) startChain(length int) ([]*container, error) {
	if err := os.MkdirAll(filepath.Dir(p.gate()), 0o700); err != nil {
		return nil, err
	}
	var steps []*container
	o := contract.Options{ReadyFiles: []string{p.gate()}, Entrypoint: "/bin/true"}
	for i := range length {
		o.Step = fmt.Sprint("s", i)
		c, err := p.startWaiting(o)
		if err != nil {
			return nil, err
		}
		steps = append(steps, c)
		o.ReadyFiles, o.WaitFiles = nil, []string{p.marker(o.Step)}
	}
	return steps, nil
}

// sum adds up a number in files that the kernel has about the wrapper.
func (c *container) sum(pattern, field string) int {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/%s", c.cmd.Process.Pid, pattern))
	total := 0
	for _, file := range files {
		status, _ := os.ReadFile(file)
		for line := range bytes.Lines(status) {
			words := bytes.Fields(line)
			if len(words) > 1 && string(words[0]) == field {
				n, _ := strconv.Atoi(string(words[1]))
				total += n
			}
		}
	}
	return total
}

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/webhook"
	"orderly.dev/webhook/registry"
)

// injectOptions are the flags of inject as they were given. Those that the webhook has too are called the same.
type injectOptions struct {
	files  inputs
	output string
	pods   bool

	toolsImage, toolsPullPolicy, delivery string
	cloneImage                            string
	knownSidecars                         []string
	// what is otherwise seen in the cluster
	imageVolumes        bool
	limitRanges, quotas []string

	imageCommands string
	lookup        bool
	registry      registry.Options
}

// The images that the chart installs, without their tag.
const (
	defaultToolsImage = "registry.orderly.dev/orderly/tools"
	defaultCloneImage = "registry.orderly.dev/orderly/gitclone"
)

// lookupDeadline bounds the look-ups for one Pod. It is longer than that of the webhook, because nobody but a person waits.
const lookupDeadline = 30 * time.Second

func (o *injectOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringSliceVarP(&o.files.names, "filename", "f", nil, "file, directory, or - for standard input; may be repeated")
	flags.BoolVarP(&o.files.recursive, "recursive", "R", false, "also read the directories in a directory")
	flags.StringVarP(&o.output, "output", "o", string(outputYAML), "yaml, json, or diff: only what changes")
	flags.BoolVar(&o.pods, "pods", false, "also write the first Pod that each of the other objects would make")
	flags.StringVar(&o.toolsImage, "tools-image", defaultToolsImage+":"+version, "image that holds the wrapper")
	flags.StringVar(&o.cloneImage, "clone-image", defaultCloneImage+":"+version, "image that holds the cloner and git")
	flags.StringVar(&o.toolsPullPolicy, "tools-pull-policy", string(corev1.PullIfNotPresent), "Always, IfNotPresent or Never; empty is the API's default for the tag")
	flags.StringVar(&o.delivery, "delivery", string(mutate.DeliveryAuto), "how the wrapper gets into a Pod: imageVolume, initContainer, or auto: see --image-volumes")
	flags.BoolVar(&o.imageVolumes, "image-volumes", false, "every node can mount images as volumes: Kubernetes 1.35 and containerd 2.1, or newer")
	flags.StringSliceVar(&o.knownSidecars, "known-sidecars", nil, "names of containers that the cluster's webhooks add, beside the well-known ones")
	flags.StringSliceVar(&o.limitRanges, "limit-range", nil, "file with LimitRanges of the namespace; may be repeated")
	flags.StringSliceVar(&o.quotas, "quota", nil, "file with ResourceQuotas of the namespace; may be repeated")
	flags.StringVar(&o.imageCommands, "image-commands", "", "file with the commands of images: IMAGE: {entrypoint: [WORD], cmd: [WORD], stopSignal: NAME}")
	flags.BoolVar(&o.lookup, "lookup", true, "ask registries, with your own logins, what the images of Pods without a command run")
	flags.StringVar(&o.registry.CAFile, "registry-ca-file", "", "PEM file of authorities that registries' certificates are also trusted by")
	flags.StringVar(&o.registry.DockerConfig, "registry-docker-config", "", "docker config.json whose logins count behind your own")
	flags.StringSliceVar(&o.registry.PlainHTTP, "registry-plain-http", nil, "registries, as HOST or HOST:PORT, that may be asked without TLS")
}

// parse checks the flags and reads the files about the cluster. Warnings and denials go to messages.
func (o *injectOptions) parse(messages io.Writer) (*injection, error) {
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	surroundings := mutate.Facts{ImageVolumes: o.imageVolumes}
	if surroundings.Limits, err = readLimitRanges(o.limitRanges); err != nil {
		return nil, err
	}
	if surroundings.Quotas, err = readQuotas(o.quotas); err != nil {
		return nil, err
	}
	images, err := o.imageSources(config)
	if err != nil {
		return nil, err
	}
	sources := knownFacts{surroundings: surroundings, images: images}
	return &injection{judges: newJudges(config, sources), pods: o.pods, messages: messages}, nil
}

func (o *injectOptions) config() (mutate.Config, error) {
	switch {
	case o.toolsImage == "":
		return mutate.Config{}, errors.New("--tools-image is empty: it names the image that holds the wrapper")
	case o.cloneImage == "":
		return mutate.Config{}, errors.New("--clone-image is empty: it names the image that holds the cloner and git")
	}
	for _, name := range o.knownSidecars {
		if !contract.IsName(name) {
			return mutate.Config{}, fmt.Errorf("--known-sidecars: %q cannot be the name of a container", name)
		}
	}
	policy := corev1.PullPolicy(o.toolsPullPolicy)
	if !slices.Contains([]corev1.PullPolicy{"", corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever}, policy) {
		return mutate.Config{}, fmt.Errorf("--tools-pull-policy %q is none of Always, IfNotPresent, Never", policy)
	}
	delivery, err := mutate.ParseDelivery(o.delivery)
	if err != nil {
		return mutate.Config{}, fmt.Errorf("--delivery: %w", err)
	}
	return mutate.Config{
		ToolsImage: o.toolsImage, ToolsPullPolicy: policy, CloneImage: o.cloneImage, Delivery: delivery,
		KnownSidecars: o.knownSidecars, Version: version,
	}, nil
}

// imageSources are asked about the images of Pods in their order: what the flags say, then registries.
func (o *injectOptions) imageSources(config mutate.Config) ([]webhook.Source, error) {
	given, err := readImageCommands(o.imageCommands)
	if err != nil {
		return nil, err
	}
	if !o.lookup {
		return []webhook.Source{given.source(config), unasked(config)}, nil
	}
	o.registry.OwnLogins, o.registry.Deadline = true, lookupDeadline
	client, err := registry.New(o.registry)
	if err != nil {
		return nil, fmt.Errorf("preparing to look images up: %w", err)
	}
	return []webhook.Source{given.source(config), client.Source(config)}, nil
}

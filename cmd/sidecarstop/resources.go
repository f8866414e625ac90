package main

import (
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
)

// secretResources are those that no Pod may wait for, whoever allows it: who may not read an object could ask for one value after the other.
var secretResources = []schema.GroupResource{{Resource: "secrets"}, {Resource: "configmaps"}}

// parseResources reads what --dependency-resources names, and reports everything that is wrong.
func parseResources(texts []string) ([]schema.GroupResource, []error) {
	var resources []schema.GroupResource
	var problems []error
	for _, text := range texts {
		resource := schema.ParseGroupResource(text)
		if err := checkResource(resource); err != nil {
			problems = append(problems, fmt.Errorf("--dependency-resources: %q %w", text, err))
			continue
		}
		resources = append(resources, resource)
	}
	return resources, problems
}

func checkResource(resource schema.GroupResource) error {
	inGroup := resource.Group == "" || len(validation.IsDNS1123Subdomain(resource.Group)) == 0
	switch {
	case len(validation.IsDNS1123Label(resource.Resource)) > 0 || !inGroup:
		return errors.New("is no name such as foos.stable.example.com, as `kubectl api-resources --output name` writes it")
	case slices.Contains(secretResources, resource):
		return errors.New("can never be waited for, because who may not read an object could ask for one value after the other")
	}
	return nil
}

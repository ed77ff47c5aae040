// Command compose-check checks docker-compose.yml against the compose specification, and against our own
// demands. It is a module of its own, so that its dependencies stay out of Causeway's. It must never
// need a container engine.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
)

// required are the variables without which nothing may start.
var required = map[string]string{"CAUSEWAY_KEY": "k1:secret", "POSTGRES_PASSWORD": "secret"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compose-check docker-compose.yml")
		os.Exit(2)
	}
	if err := check(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(ctx context.Context, file string) error {
	project, err := load(ctx, file, required)
	if err != nil {
		return err
	}
	var problems []error
	for missing := range required {
		less := map[string]string{}
		for name, value := range required {
			if name != missing {
				less[name] = value
			}
		}
		if _, err := load(ctx, file, less); err == nil || !strings.Contains(err.Error(), missing) {
			problems = append(problems, fmt.Errorf("without %s the error must name it, and it is: %v", missing, err))
		}
	}
	for name, service := range project.Services {
		problems = append(problems, checkService(project, name, service)...)
	}
	for name, config := range project.Configs {
		var settings map[string]any
		if err := yaml.Unmarshal([]byte(config.Content), &settings); err != nil || len(settings) == 0 {
			problems = append(problems, fmt.Errorf("config %s: no settings in YAML: %v", name, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	fmt.Printf("%s: %d services, as the compose specification has them\n", file, len(project.Services))
	return nil
}

// load reads the file as a container engine does, with every profile on.
func load(ctx context.Context, file string, env map[string]string) (*types.Project, error) {
	vars := make([]string, 0, len(env))
	for name, value := range env {
		vars = append(vars, name+"="+value)
	}
	options, err := cli.NewProjectOptions([]string{file}, cli.WithProfiles([]string{"*"}), cli.WithEnv(vars))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(ctx)
}

func checkService(project *types.Project, name string, s types.ServiceConfig) []error {
	var problems []error
	fault := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("service %s: "+format, append([]any{name}, args...)...))
	}
	image := s.Image[strings.LastIndex(s.Image, "/")+1:]
	if _, tag, ok := strings.Cut(image, ":"); !ok || tag == "latest" {
		fault("image %q names no version", s.Image)
	}
	if s.Build != nil {
		dockerfile := s.Build.Context + "/" + s.Build.Dockerfile
		content, err := os.ReadFile(dockerfile)
		if err != nil {
			fault("%v", err)
		} else if !strings.Contains(string(content), " AS "+s.Build.Target+"\n") {
			fault("%s has no stage %q", dockerfile, s.Build.Target)
		}
	}
	for _, port := range s.Ports {
		if port.HostIP != "127.0.0.1" {
			fault("port %s is published beyond this host", port.Published)
		}
	}
	for other, dependency := range s.DependsOn {
		on := project.Services[other]
		switch dependency.Condition {
		case types.ServiceConditionHealthy:
			if on.HealthCheck == nil || len(on.HealthCheck.Test) == 0 {
				fault("waits for %s to be healthy, and it has no health check", other)
			}
		case types.ServiceConditionCompletedSuccessfully:
			if on.Restart == "always" || on.Restart == "unless-stopped" {
				fault("waits for the end of %s, which starts again", other)
			}
		}
	}
	return problems
}

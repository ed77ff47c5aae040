package secrets

import (
	"fmt"
	"strings"

	"causeway/internal/cli/session"
	"causeway/internal/webhook"
)

// SharedSecret reads a secret from a file, standard input, or the environment. It is never an argument, which other
// users of the machine could read, and which stays in the shell's history.
func SharedSecret(p *session.Session, file, variable string) (string, error) {
	secret := p.Getenv(variable)
	if file != "" {
		data, _, err := readCredentials(p, file)
		if err != nil {
			return "", err
		}
		secret = string(data)
	} else if secret == "" {
		return "", fmt.Errorf("no secret to sign with: set %s, or name a file with --secret-file (- is standard input); make one with `openssl rand -hex 32`", variable)
	}
	secret = strings.TrimSpace(secret)
	return secret, webhook.CheckSecret(secret)
}

package session

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Prompt asks somebody at a terminal, and returns the line that was typed.
func (p *Session) Prompt(question string) (string, error) {
	if p.replies == nil {
		p.replies = bufio.NewReader(p.In)
	}
	_, _ = fmt.Fprint(p.Err, question+" ")
	reply, err := p.replies.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(reply), nil
}

// Sure asks for a yes. Anything else is the error.
func (p *Session) Sure(question, otherwise string) error {
	reply, err := p.Prompt(question + " [y/N]")
	if err != nil {
		return err
	}
	if reply = strings.ToLower(reply); reply != "y" && reply != "yes" {
		return errors.New(otherwise)
	}
	return nil
}

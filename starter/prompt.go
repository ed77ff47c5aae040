package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// prompt asks somebody at a terminal, and gives the line that was typed.
func (p *program) prompt(question string) (string, error) {
	if p.replies == nil {
		p.replies = bufio.NewReader(p.in)
	}
	_, _ = fmt.Fprint(p.err, question+" ")
	reply, err := p.replies.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(reply), nil
}

// sure asks for a yes. Anything else is the error.
func (p *program) sure(question, otherwise string) error {
	reply, err := p.prompt(question + " [y/N]")
	if err != nil {
		return err
	}
	if reply = strings.ToLower(reply); reply != "y" && reply != "yes" {
		return errors.New(otherwise)
	}
	return nil
}

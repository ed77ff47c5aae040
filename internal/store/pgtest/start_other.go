//go:build !unix

package pgtest

import "errors"

func start(string, string) (*server, error) {
	return nil, errors.New("a private server is started on Unix systems only")
}

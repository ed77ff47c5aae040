package mirror

import (
	"causeway/internal/crm"
	"causeway/internal/record"
)

// reader reads one page ahead of the goroutine that stores pages, so that the side's latency and the store's time
// overlap. It is for one goroutine, and must be closed.
type reader struct {
	read func(after record.Cursor) (crm.Page, error)
	next chan fetched // receives the page that is being read ahead; nil if there is none
}

type fetched struct {
	page crm.Page
	err  error
}

// nextPage returns the page after the cursor: the one that was read ahead, if there is one.
func (r *reader) nextPage(after record.Cursor) (crm.Page, error) {
	if r.next == nil {
		return r.read(after)
	}
	f := <-r.next
	r.next = nil
	return f.page, f.err
}

// reading reports whether a page is being read ahead.
func (r *reader) reading() bool { return r.next != nil }

// readAhead begins to read the page after the cursor. The next call of nextPage returns it.
func (r *reader) readAhead(after record.Cursor) {
	next := make(chan fetched, 1)
	r.next = next
	go func() {
		page, err := r.read(after)
		next <- fetched{page, err}
	}()
}

// close waits for a page that is not needed any more: its call must not outlive the attempt.
func (r *reader) close() {
	if r.next != nil {
		<-r.next
		r.next = nil
	}
}

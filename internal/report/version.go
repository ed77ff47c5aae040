package report

import "runtime/debug"

// Version says which program this is.
type Version struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Time     string `json:"time"`
	// Modified reports whether the program was built from a changed working tree.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
}

// NewVersion tells what the build wrote into the program, which may be nothing.
func NewVersion(build *debug.BuildInfo) Version {
	out := Version{Version: "unknown"}
	if build == nil {
		return out
	}
	out.Go = build.GoVersion
	if build.Main.Version != "" {
		out.Version = build.Main.Version
	}
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			out.Revision = s.Value
		case "vcs.time":
			out.Time = s.Value
		case "vcs.modified":
			out.Modified = s.Value == "true"
		}
	}
	return out
}

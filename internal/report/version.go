package report

import "runtime/debug"

// Version identifies the program.
type Version struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Time     string `json:"time"`
	// Modified reports whether the program was built from a changed working tree.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
}

// NewVersion reads the version from the build information, which may be empty.
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
